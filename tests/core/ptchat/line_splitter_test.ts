import assert from "node:assert/strict";
import fc from "fast-check";
import {
  MAX_PTCHAT_LINE_BYTES,
  type PtchatLine,
  PtchatLineSplitter,
  QUIET_MS,
  splitDatagram,
  UNFINISHED_MS,
} from "../../../core/ptchat/line_splitter.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: string): PtchatLine => ({ kind: "text", text: value });

Deno.test("LineSplitter takes LF, CR LF and CR NUL as a line's end", () => {
  assert.deepEqual(new PtchatLineSplitter().push(bytes("a\nb\r\nc\r\0d\r\r\n\n"), 0), [
    text("a"),
    text("b"),
    text("c"),
    text("d\r"),
    text(""),
  ]);
});

Deno.test("LineSplitter counts an unterminated line as a line once it was quiet", () => {
  const splitter = new PtchatLineSplitter();
  assert.equal(splitter.flushAtMs, undefined);
  splitter.push(bytes("hel"), 0);
  splitter.push(bytes("lo"), QUIET_MS - 1);
  assert.deepEqual(splitter.flush(QUIET_MS), []);
  assert.equal(splitter.flushAtMs, 2 * QUIET_MS - 1);
  assert.deepEqual(splitter.flush(2 * QUIET_MS - 1), [text("hello")]);
  assert.equal(splitter.flushAtMs, undefined);
});

Deno.test("LineSplitter takes a line end that comes late as the quiet line's own", () => {
  const splitter = new PtchatLineSplitter();
  splitter.push(bytes("hello\r"), 0);
  assert.deepEqual(splitter.flush(QUIET_MS), [text("hello")]);
  assert.deepEqual(splitter.push(bytes("\n"), 500), []);
  assert.deepEqual(splitter.push(bytes("\n"), 500), [text("")]);
});

Deno.test("LineSplitter waits for the end of a line from a connection that has ended one", () => {
  const splitter = new PtchatLineSplitter();
  assert.deepEqual(splitter.push(bytes("one\ntw"), 0), [text("one")]);
  assert.deepEqual(splitter.flush(QUIET_MS), []);
  assert.deepEqual(splitter.push(bytes("o\r\n"), 5_000), [text("two")]);
  splitter.push(bytes("three"), 6_000);
  assert.equal(splitter.flushAtMs, 6_000 + UNFINISHED_MS);
  assert.deepEqual(splitter.flush(6_000 + UNFINISHED_MS), [text("three")]);
});

Deno.test("LineSplitter cuts no character, however late its bytes come", () => {
  const line = bytes("a\u00e9\u2615\u{1f469}\u200d\u{1f680}z");
  for (let at = 1; at < line.length; at++) {
    const splitter = new PtchatLineSplitter();
    const lines = [...splitter.push(line.subarray(0, at), 0)];
    for (const now of [QUIET_MS, UNFINISHED_MS]) lines.push(...splitter.flush(now));
    lines.push(...splitter.push(line.subarray(at), UNFINISHED_MS + 1));
    lines.push(...splitter.flush(UNFINISHED_MS * 3));
    const texts = lines.map((found) => found.kind === "text" ? found.text : found.kind);
    assert.equal(texts.join(""), new TextDecoder().decode(line), `cut at ${at}`);
  }
});

Deno.test("LineSplitter gives a line that is ended whole for any pauses, once it has seen an end", () => {
  const pauses = fc.array(fc.tuple(fc.nat(40), fc.nat(UNFINISHED_MS - 1)), { maxLength: 8 });
  const typed = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) =>
    !/[\r\n\0]/.test(text)
  );
  fc.assert(fc.property(typed, pauses, (said, cuts) => {
    const splitter = new PtchatLineSplitter();
    splitter.push(bytes("first\n"), 0);
    const all = bytes(`${said}\n`);
    let at = 0, now = 0;
    const lines: PtchatLine[] = [];
    for (const [length, pause] of cuts) {
      lines.push(...splitter.push(all.subarray(at, at + length), now));
      at = Math.min(all.length, at + length);
      now += pause;
      lines.push(...splitter.flush(now));
    }
    lines.push(...splitter.push(all.subarray(at), now));
    assert.deepEqual(lines, [text(said)]);
  }));
});

Deno.test("LineSplitter flushes a quiet line by itself when the next bytes come late", () => {
  const splitter = new PtchatLineSplitter();
  splitter.push(bytes("one"), 0);
  assert.deepEqual(splitter.push(bytes("two\n"), QUIET_MS), [text("one"), text("two")]);
});

Deno.test("LineSplitter reports an over-long line once and continues after it", () => {
  const splitter = new PtchatLineSplitter();
  const longest = "x".repeat(MAX_PTCHAT_LINE_BYTES);
  assert.deepEqual(splitter.push(bytes(`${longest}\n${longest}y\nok\n`), 0), [
    text(longest),
    { kind: "too-long" },
    text("ok"),
  ]);
});

Deno.test("LineSplitter refuses what is not UTF-8 and what has a NUL in it", () => {
  const splitter = new PtchatLineSplitter();
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
    const splitter = new PtchatLineSplitter();
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
    const whole = new PtchatLineSplitter();
    const expected = [...whole.push(all, 0), ...whole.end()];
    const splitter = new PtchatLineSplitter();
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
