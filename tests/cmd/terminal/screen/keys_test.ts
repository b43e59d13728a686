import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type KeyEvent,
  KeyReader,
  MAX_PASTE_LENGTH,
} from "../../../../cmd/terminal/screen/keys.ts";
import { LINE_BREAK } from "../../../../cmd/terminal/screen/layout.ts";

function readKeys(chunks: readonly Uint8Array[]): readonly string[] {
  const seen: string[] = [];
  const name = (event: KeyEvent) =>
    event.kind === "paste" ? `paste:${event.text}` : event.text ?? event.key.name ?? "?";
  using reader = new KeyReader((event) => seen.push(name(event)));
  for (const chunk of chunks) reader.write(chunk);
  return seen;
}

Deno.test("KeyReader gives keys and pastes in order, however the bytes are cut", () => {
  const bytes = new TextEncoder().encode("aé\x1b[D\x1b[200~x\r\ny\x1b[31m\n\x1b[201~👍b");
  const whole = ["a", "é", "left", `paste:x${LINE_BREAK}y\ufffd[31m`, "👍", "b"];
  // A cut behind an escape reads as the Escape key.
  const cut = fc.nat(bytes.length).filter((at) => bytes[at - 1] !== 0x1b);
  fc.assert(fc.property(fc.array(cut), (cuts) => {
    const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
    const chunks = ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
    assert.deepEqual(readKeys(chunks), whole);
  }));
});

Deno.test("KeyReader takes a paste up to its limit, and nothing of a longer one", () => {
  for (const [length, taken] of [[MAX_PASTE_LENGTH, MAX_PASTE_LENGTH], [MAX_PASTE_LENGTH + 1, 0]]) {
    const text = `\x1b[200~${"x".repeat(length!)}\x1b[201~a`;
    const [pasted, next] = readKeys([new TextEncoder().encode(text)]);
    assert.equal(pasted?.length, "paste:".length + taken!);
    assert.equal(next, "a");
  }
});

Deno.test("KeyReader takes Ctrl-C within a paste for the key when it comes alone", () => {
  const [first, alone, mark] = ["\x1b[200~ab\x03c", "\x03", "\x1b[201~d"]
    .map((text) => new TextEncoder().encode(text));
  assert.deepEqual(readKeys([first!, mark!]), ["paste:ab\ufffdc", "d"]);
  assert.deepEqual(readKeys([first!, alone!]), ["paste:ab\ufffdc", "\x03"]);
});
