import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type LineFault, LineSplitter } from "../../../core/net/lines.ts";

const MAX = 12;

function split(chunks: readonly Uint8Array[], max = MAX): string[] {
  const found: string[] = [];
  const splitter = new LineSplitter(max, {
    line: (text) => found.push(text),
    fault: (fault: LineFault) => found.push(`(${fault})`),
  });
  for (const chunk of chunks) {
    const reused = chunk.slice();
    splitter.push(reused);
    reused.fill(0x2a); // the caller may do what it wants with its buffer
  }
  return found;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Bytes rich in line ends, and where to cut them. */
const stream = fc.tuple(
  fc.array(
    fc.oneof(fc.constantFrom(10, 13, 0, 0xc3, 0xa4, 0xff), fc.integer({ min: 32, max: 126 })),
    {
      maxLength: 120,
    },
  ),
  fc.array(fc.nat(120)),
);

Deno.test("LineSplitter finds the same lines however the bytes are split", () => {
  fc.assert(fc.property(stream, ([values, cuts]) => {
    const bytes = Uint8Array.from(values);
    const edges = [
      0,
      ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
      bytes.length,
    ];
    const chunks = edges.slice(1).map((end, at) => bytes.subarray(edges[at], end));
    assert.deepEqual(split(chunks), split([bytes]));
  }));
});

Deno.test("LineSplitter gives no line with a control character that ends one, and none too long", () => {
  fc.assert(fc.property(stream, ([values]) => {
    for (const line of split([Uint8Array.from(values)])) {
      assert(!/[\0\r\n]/.test(line));
      if (!line.startsWith("(")) assert(bytesOf(line).length <= MAX);
    }
  }));
});

Deno.test("LineSplitter", async (t) => {
  const cases: readonly [what: string, input: readonly Uint8Array[], lines: readonly string[]][] = [
    ["takes LF and CR LF", [bytesOf("a\nb\r\n")], ["a", "b"]],
    ["keeps an unfinished line", [bytesOf("a\nb")], ["a"]],
    ["takes empty lines", [bytesOf("\n\r\n")], ["", ""]],
    ["takes a line as long as allowed", [bytesOf("x".repeat(MAX) + "\r\n")], ["x".repeat(MAX)]],
    ["refuses one byte more", [bytesOf("x".repeat(MAX + 1) + "\r\nb\n")], ["(too-long)", "b"]],
    ["refuses it once, however long", [
      bytesOf("x".repeat(100)),
      bytesOf("y".repeat(100) + "\nb\n"),
    ], [
      "(too-long)",
      "b",
    ]],
    ["refuses a lone CR", [bytesOf("a\rb\n")], ["(control)"]],
    ["refuses a NUL", [bytesOf("a\0b\n")], ["(control)"]],
    ["refuses what is not UTF-8", [Uint8Array.of(0x61, 0xff, 0x0a)], ["(not-utf8)"]],
    ["refuses a character cut in two lines", [Uint8Array.of(0xc3, 0x0a, 0xa4, 0x0a)], [
      "(not-utf8)",
      "(not-utf8)",
    ]],
    ["refuses surrogates", [Uint8Array.of(0xed, 0xa0, 0x80, 0x0a)], ["(not-utf8)"]],
    ["takes a character cut in two reads", [Uint8Array.of(0xc3), Uint8Array.of(0xa4, 0x0a)], ["ä"]],
    ["leaves a byte order mark where it is", [Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0x0a)], [
      "\ufeffa",
    ]],
  ];
  for (const [what, input, lines] of cases) {
    await t.step(what, () => assert.deepEqual(split(input), lines));
  }
});
