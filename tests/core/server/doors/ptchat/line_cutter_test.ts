import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_UNENDED_BYTES } from "../../../../../core/net/lines.ts";
import { PtchatLineCutter } from "../../../../../core/server/doors/ptchat/line_cutter.ts";
import { eventually } from "../../../../helpers/eventually.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A cutter whose lines are noted; with a `limit`, it is full after so many. */
function cutting({ limit = Infinity } = {}) {
  const lines: string[] = [];
  const seen = { nothing: 0, endless: 0, unterminated: 0, taken: 0 };
  const cutter = new PtchatLineCutter({
    line(line, isUnterminated) {
      lines.push(line.kind === "text" ? line.text : `(${line.kind})`);
      seen.taken++;
      if (isUnterminated) seen.unterminated++;
    },
    nothing: () => seen.nothing++,
    endless: () => seen.endless++,
    isFull: () => seen.taken >= limit,
  });
  return { cutter, lines, seen, [Symbol.dispose]: () => cutter.stop() };
}

Deno.test("PtchatLineCutter gives the same lines for any split of the bytes, full or not", () => {
  const line = fc.string({ maxLength: 12 }).map((text) => text.replace(/[\r\n\0]/g, ""));
  fc.assert(fc.property(fc.array(line), fc.array(fc.nat()), fc.nat(4), (all, cuts, limit) => {
    using cut = cutting({ limit: limit + 1 });
    const bytes = bytesOf(all.map((text) => `${text}\n`).join(""));
    const ats = [0, ...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b)];
    ats.forEach((at, i) => {
      cut.cutter.push(bytes.subarray(at, ats[i + 1] ?? bytes.length));
      cut.seen.taken = 0;
      cut.cutter.resume();
    });
    cut.cutter.end();
    assert.deepEqual(cut.lines, all);
  }));
});

Deno.test("PtchatLineCutter takes a line without an end after a moment of silence", async () => {
  using cut = cutting();
  cut.cutter.push(bytesOf("hello"));
  assert.deepEqual(cut.lines, []);
  await eventually(() => cut.lines.length > 0);
  assert.deepEqual([cut.lines, cut.seen.unterminated], [["hello"], 1]);
});

Deno.test("PtchatLineCutter says where bytes are part of no line", () => {
  using cut = cutting();
  cut.cutter.push(Uint8Array.of(255, 251, 31));
  assert.deepEqual([cut.lines, cut.seen.nothing], [[], 1]);
});

Deno.test("PtchatLineCutter says when a line has no end for too long", () => {
  using cut = cutting();
  cut.cutter.push(new Uint8Array(MAX_UNENDED_BYTES).fill(0x78));
  assert.equal(cut.seen.endless, 0);
  cut.cutter.push(new Uint8Array(8 * 1024).fill(0x78));
  assert(cut.seen.endless > 0);
});

Deno.test("PtchatLineCutter waits for nothing once it is stopped", () => {
  const { cutter } = cutting();
  cutter.push(bytesOf("unfinished"));
  cutter.stop();
  cutter.push(bytesOf("more"));
});
