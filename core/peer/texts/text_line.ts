/**
 * The lines of a text link: messages, notes, receipts, pings and the end.
 *
 * @module
 */
import * as v from "valibot";
import { cleanSpeech } from "../../ground/text.ts";
import { MAX_NOTE_BYTES } from "../calls/note.ts";
import { formatJsonLine, MAX_JSON_LINE_BYTES, parseJson } from "../links/json_lines.ts";

/** One line of a text link. */
export type TextLine =
  /** A message or action. Lines of the text are separated by `\n`. */
  | { readonly id: string; readonly text: string; readonly kind: "message" | "action" }
  /** A note of docs/peer-protocol.md that does not go through the server; acknowledged like a message. */
  | { readonly id: string; readonly note: string }
  /** The message or note with that id was delivered, now or earlier. */
  | { readonly ack: string }
  /** Answered at once with a pong of the same number. */
  | { readonly ping: number }
  | { readonly pong: number }
  /** The sender will send no more messages on this link; the other side closes it. */
  | { readonly bye: true };

const id = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const lineSchema: v.GenericSchema<unknown, TextLine> = v.union([
  v.strictObject({
    id,
    text: v.pipe(v.string(), v.minLength(1)),
    kind: v.picklist(["message", "action"]),
  }),
  v.strictObject({ id, note: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_NOTE_BYTES)) }),
  v.strictObject({ ack: id }),
  v.strictObject({ ping: count }),
  v.strictObject({ pong: count }),
  v.strictObject({ bye: v.literal(true) }),
]);

/**
 * Parses a line of a text link. Each line of the resulting text is safe to show.
 *
 * @throws {ProtocolError} `bad-json` or `bad-shape`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseTextLine } from "./text_line.ts";
 * const line = parseTextLine('{"id":"7","text":"red \\u001b[31m\\nend","kind":"message"}');
 * assert.deepEqual(line, { id: "7", text: "red \ufffd[31m\nend", kind: "message" });
 * assert.throws(() => parseTextLine('{"ack":7}'), { fault: "bad-shape" });
 * ```
 */
export function parseTextLine(line: string): TextLine {
  const value = parseJson(lineSchema, line);
  if (!("text" in value)) return value;
  return { ...value, text: value.text.split(/\r?\n/).map(cleanSpeech).join("\n") };
}

/**
 * Formats a line of a text link, with its newline.
 *
 * @throws {RangeError} When it would be refused: too long, an empty text, or an invalid id.
 */
export function formatTextLine(line: TextLine): Uint8Array {
  const bytes = formatJsonLine(line);
  if (bytes.length - 1 > MAX_JSON_LINE_BYTES) {
    throw new RangeError(`Cannot send ${bytes.length} bytes as one message`);
  }
  if (!v.is(lineSchema, line)) throw new RangeError("Cannot send a message without text or id");
  return bytes;
}
