import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeLines, MAX_DATAGRAM_BYTES, packLines } from "../../../core/ptchat/datagrams.ts";

const text = (datagrams: readonly Uint8Array[]) =>
  new TextDecoder("utf-8", { fatal: true }).decode(
    Uint8Array.from(datagrams.flatMap((datagram) => [...datagram])),
  );

Deno.test("packLines() loses nothing, and no datagram is too long or not text of its own", () => {
  const line = fc.string({ unit: "binary", maxLength: 1500 }).map((line) => line + "\n");
  fc.assert(fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
    const whole = lines.join("");
    const datagrams = packLines(encodeLines(whole));
    for (const datagram of datagrams) {
      assert.ok(datagram.length > 0 && datagram.length <= MAX_DATAGRAM_BYTES);
      text([datagram]);
    }
    assert.equal(text(datagrams), whole);
  }));
});

Deno.test("packLines() cuts at line ends where lines fit", () => {
  const datagrams = packLines(encodeLines(`${"a".repeat(700)}\n${"b".repeat(700)}\n`));
  assert.deepEqual(datagrams.map((datagram) => datagram.length), [701, 701]);
});
