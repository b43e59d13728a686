import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { ProtocolError } from "../../../../core/peer/links/errors.ts";
import {
  formatJsonLine,
  LinkReader,
  parseJson,
  writeAll,
} from "../../../../core/peer/links/json_lines.ts";
import { inPieces } from "../in_pieces.ts";

/** Gives `bytes` in pieces of the sizes given, then 1 byte each. */
function piecesOf(bytes: Uint8Array, sizes: readonly number[] = []) {
  return inPieces(bytes, (turn) => sizes[turn] ?? 1);
}

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("LinkReader gives the same lines for any split of the bytes", async () => {
  const line = fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) =>
    !/[\r\n]/.test(text)
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 40 });
  await fc.assert(fc.asyncProperty(fc.array(line), sizes, async (lines, sizes) => {
    const reader = new LinkReader(
      piecesOf(utf8(lines.map((line) => line + "\n").join("")), sizes),
    );
    for (const line of lines) assert.equal(await reader.readLine(1_000), line);
    assert.equal(await reader.readLine(1_000), null);
  }));
});

Deno.test("LinkReader gives raw bytes after a line, to the byte", async () => {
  const bytes = fc.uint8Array({ maxLength: 40_000 });
  const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(bytes, sizes, async (bytes, sizes) => {
      const all = new Uint8Array([...utf8('{"a":1}\r\n'), ...bytes]);
      const reader = new LinkReader(piecesOf(all, [...sizes, 50_000, 50_000, 50_000]));
      assert.equal(await reader.readLine(20), '{"a":1}');
      const rest = new Uint8Array(bytes.length);
      assert.equal(await reader.readFull(rest), true);
      assert.deepEqual(rest, bytes);
      assert.equal(await reader.read(new Uint8Array(1)), null);
    }),
    { numRuns: 30 },
  );
});

Deno.test("LinkReader takes a line of exactly the cap and refuses one byte more", async () => {
  for (const sizes of [[], [5_000_000]]) {
    const exact = new LinkReader(piecesOf(utf8("x".repeat(40_000) + "\n"), sizes));
    assert.equal((await exact.readLine(40_000))?.length, 40_000);
    const over = new LinkReader(piecesOf(utf8("x".repeat(40_001) + "\n"), sizes));
    await assert.rejects(over.readLine(40_000), { fault: "too-long" });
    const endless = new LinkReader({
      read: (into) => Promise.resolve(into.fill(65).length),
    });
    await assert.rejects(endless.readLine(40_000), { fault: "too-long" });
    assert.ok(endless.bufferedBytes <= 2 * 40_001);
  }
});

Deno.test("LinkReader names a cut line, cut bytes and bad UTF-8", async () => {
  await assert.rejects(new LinkReader(piecesOf(utf8("abc"))).readLine(10), { fault: "cut" });
  await assert.rejects(new LinkReader(piecesOf(utf8("abc"))).readFull(new Uint8Array(4)), {
    fault: "cut",
  });
  assert.equal(await new LinkReader(piecesOf(utf8(""))).readFull(new Uint8Array(4)), false);
  const bad = new LinkReader(piecesOf(new Uint8Array([0xc3, 0x28, 0x0a])));
  await assert.rejects(bad.readLine(10), { fault: "bad-text" });
});

Deno.test("parseJson() lets nothing but a ProtocolError out, whatever the line", () => {
  const schema = v.strictObject({ id: v.string(), text: v.optional(v.string()) });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
    try {
      parseJson(schema, line);
    } catch (error) {
      assert.ok(error instanceof ProtocolError);
    }
  }));
  assert.throws(() => parseJson(schema, '{"id":"a","__proto__":{}}'), { fault: "bad-shape" });
  assert.throws(() => parseJson(schema, "[".repeat(60_000)), { fault: "bad-json" });
  const deep = "[".repeat(30_000) + "]".repeat(30_000);
  assert.throws(() => parseJson(schema, deep), { fault: "bad-shape" });
});

Deno.test("parseJson() gives back what formatJson() wrote", () => {
  const schema = v.strictObject({ text: v.string() });
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const line = new TextDecoder().decode(formatJsonLine({ text }));
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.deepEqual(parseJson(schema, line), { text });
  }));
});

Deno.test("writeAll() goes on until the last byte is taken", async () => {
  const taken: number[] = [];
  await writeAll({
    write: (bytes) => {
      const count = Math.min(3, bytes.length);
      taken.push(...bytes.subarray(0, count));
      return Promise.resolve(count);
    },
  }, utf8("12345678"));
  assert.equal(new TextDecoder().decode(new Uint8Array(taken)), "12345678");
});
