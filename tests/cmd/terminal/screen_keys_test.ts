import assert from "node:assert/strict";
import fc from "fast-check";
import { type KeyEvent, KeyReader, MAX_PASTE_LENGTH } from "../../../cmd/terminal/screen_keys.ts";
import { LINE_BREAK } from "../../../cmd/terminal/screen_layout.ts";

function readKeys(chunks: readonly Uint8Array[]): readonly string[] {
  const seen: string[] = [];
  const name = (event: KeyEvent) =>
    event.kind === "paste" ? `paste:${event.text}` : event.text ?? event.key.name ?? "?";
  const reader = new KeyReader((event) => seen.push(name(event)));
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

Deno.test("KeyReader takes no more of a paste than its limit", () => {
  const text = `\x1b[200~${"x".repeat(MAX_PASTE_LENGTH + 9)}\x1b[201~a`;
  const [pasted, next] = readKeys([new TextEncoder().encode(text)]);
  assert.equal(pasted?.length, "paste:".length + MAX_PASTE_LENGTH);
  assert.equal(next, "a");
});
