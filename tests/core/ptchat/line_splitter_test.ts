import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Line,
  LineSplitter,
  MAX_LINE_BYTES,
  QUIET_MS,
  splitDatagram,
} from "../../../core/ptchat/line_splitter.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: string): Line => ({ kind: "text", text: value });

Deno.test("LineSplitter takes LF, CR LF and CR NUL as a line's end", () => {
  assert.deepEqual(new LineSplitter().push(bytes("a\nb\r\nc\r\0d\r\r\n\n"), 0), [
    text("a"),
    text("b"),
    text("c"),
    text("d\r"),
    text(""),
  ]);
});

Deno.test("LineSplitter counts an unterminated line as a line once it was quiet", () => {
  const splitter = new LineSplitter();
  assert.equal(splitter.flushAtMs, undefined);
  splitter.push(bytes("hel"), 0);
  splitter.push(bytes("lo"), QUIET_MS - 1);
  assert.deepEqual(splitter.flush(QUIET_MS), []);
  assert.equal(splitter.flushAtMs, 2 * QUIET_MS - 1);
  assert.deepEqual(splitter.flush(2 * QUIET_MS - 1), [text("hello")]);
  assert.equal(splitter.flushAtMs, undefined);
});

Deno.test("LineSplitter takes a line end that comes late as the quiet line's own", () => {
  const splitter = new LineSplitter();
  splitter.push(bytes("hello\r"), 0);
  assert.deepEqual(splitter.flush(QUIET_MS), [text("hello")]);
  assert.deepEqual(splitter.push(bytes("\n"), 500), []);
  assert.deepEqual(splitter.push(bytes("\n"), 500), [text("")]);
});

Deno.test("LineSplitter flushes a quiet line by itself when the next bytes come late", () => {
  const splitter = new LineSplitter();
  splitter.push(bytes("one"), 0);
  assert.deepEqual(splitter.push(bytes("two\n"), QUIET_MS), [text("one"), text("two")]);
});

Deno.test("LineSplitter reports an over-long line once and goes on after it", () => {
  const splitter = new LineSplitter();
  const longest = "x".repeat(MAX_LINE_BYTES);
  assert.deepEqual(splitter.push(bytes(`${longest}\n${longest}y\nok\n`), 0), [
    text(longest),
    { kind: "too-long" },
    text("ok"),
  ]);
});

Deno.test("LineSplitter refuses what is not UTF-8 and what has a NUL in it", () => {
  const splitter = new LineSplitter();
  assert.deepEqual(splitter.push(new Uint8Array([0xc3, 0x28, 0x0a]), 0), [{ kind: "not-text" }]);
  assert.deepEqual(splitter.push(bytes("a\0b\nok\n"), 0), [{ kind: "not-text" }, text("ok")]);
});

Deno.test("LineSplitter drops telnet's commands, however they are cut", () => {
  const line = [
    ...bytes("h"),
    255,
    251,
    31,
    ...bytes("i"),
    255,
    250,
    24,
    0,
    10,
    255,
    255,
    1,
    255,
    240,
  ];
  for (let at = 0; at <= line.length; at++) {
    const splitter = new LineSplitter();
    const all = new Uint8Array([...line, 255, 244, 13, 10]);
    assert.deepEqual(
      [...splitter.push(all.subarray(0, at), 0), ...splitter.push(all.subarray(at), 1)],
      [text("hi")],
    );
  }
});

Deno.test("LineSplitter gives the same lines for any split of the bytes", () => {
  const piece = fc.oneof(
    fc.constantFrom("\n", "\r\n", "\r", "\0", "ä", "☕"),
    fc.string({ maxLength: 20 }),
  ).map(bytes);
  const input = fc.array(fc.oneof(piece, fc.uint8Array({ maxLength: 8 })), { maxLength: 20 });
  fc.assert(fc.property(input, fc.array(fc.nat(200), { maxLength: 6 }), (pieces, cuts) => {
    const all = new Uint8Array(pieces.flatMap((piece) => [...piece]));
    const whole = new LineSplitter();
    const expected = [...whole.push(all, 0), ...whole.end()];
    const splitter = new LineSplitter();
    const ends = [...cuts.map((cut) => Math.min(cut, all.length)), all.length].sort((a, b) =>
      a - b
    );
    let at = 0;
    const lines = ends.flatMap((end) => {
      const found = splitter.push(all.subarray(at, end), 0);
      at = end;
      return found;
    });
    assert.deepEqual([...lines, ...splitter.end()], expected);
  }));
});

Deno.test("splitDatagram() gives a datagram's lines, ended or not", () => {
  assert.deepEqual(splitDatagram(bytes("a\nb")), [text("a"), text("b")]);
  assert.deepEqual(splitDatagram(bytes("")), []);
});
