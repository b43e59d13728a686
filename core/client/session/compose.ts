/**
 * Turns a text into the lines to send: one line if it fits, a `draft/multiline` batch if the server supports it, else
 * several messages.
 *
 * @module
 */
import { encodedLength } from "../../ground/bytes.ts";
import { cleanSpeech } from "../../ground/text.ts";
import { ClientError } from "../events/errors.ts";
import type { Capabilities } from "./capabilities.ts";
import type { ServerRequest } from "./requests.ts";

/** Longest text that fits one line, for any sender and target, in bytes of UTF-8. */
export const MAX_LINE_TEXT_BYTES = 350;
/** Most messages for one text without `draft/multiline`. */
const MAX_PARTS = 10;

/** A text to send. */
export interface OutgoingText {
  /** A room or a nickname. */
  readonly to: string;
  readonly text: string;
  /** Sent by `/me`. */
  readonly action: boolean;
}

/** Lines that are sent together and arrive as one message, or not at all. */
export interface Phrase {
  /** The text as receivers read it. */
  readonly text: string;
  /** The lines that carry it; they are sent together and have one answer. */
  readonly lines: readonly [ServerRequest, ...ServerRequest[]];
}

let batchCount = 0;

/**
 * Returns the phrases for a text, in order.
 *
 * @throws {ClientError} `too-long` when the server does not accept a text of this length.
 */
export function compose(
  { to, text, action }: OutgoingText,
  capabilities: Pick<Capabilities, "has" | "limitOf">,
): readonly Phrase[] {
  const whole = cleanSpeech(text);
  const parts = splitAtWords(whole, MAX_LINE_TEXT_BYTES);
  const phrase = (part: string): Phrase => ({
    text: part,
    lines: [{ command: "PRIVMSG", params: [to, action ? `\x01ACTION ${part}\x01` : part] }],
  });
  if (parts.length === 1) return [phrase(whole)];
  if (!action && capabilities.has("draft/multiline") && capabilities.has("batch")) {
    return [{ text: whole, lines: multiline(to, parts, capabilities) }];
  }
  if (parts.length > MAX_PARTS) throw tooLong(MAX_PARTS * MAX_LINE_TEXT_BYTES);
  return parts.filter((part) => part.trim() !== "").map(phrase);
}

function multiline(
  to: string,
  parts: readonly string[],
  capabilities: Pick<Capabilities, "limitOf">,
): readonly [ServerRequest, ...ServerRequest[]] {
  const maxBytes = capabilities.limitOf("draft/multiline", "max-bytes") ?? Infinity;
  const maxLines = capabilities.limitOf("draft/multiline", "max-lines") ?? Infinity;
  const bytes = parts.reduce((sum, part) => sum + encodedLength(part), 0);
  if (bytes > maxBytes || parts.length > maxLines) {
    throw tooLong(Math.min(maxBytes, maxLines * MAX_LINE_TEXT_BYTES));
  }
  const batch = `m${(++batchCount).toString(36)}`;
  return [
    { command: "BATCH", params: [`+${batch}`, "draft/multiline", to] },
    ...parts.map((part, index) => ({
      tags: { batch, ...(index > 0 ? { "draft/multiline-concat": "" } : {}) },
      command: "PRIVMSG",
      params: [to, part],
    })),
    { command: "BATCH", params: [`-${batch}`] },
  ];
}

/**
 * Cuts text into pieces of at most `maxBytes` of UTF-8, after a space where there is one, never inside a
 * character. Joined again, the pieces are the text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitAtWords } from "./compose.ts";
 * assert.deepEqual(splitAtWords("one two three", 8), ["one two ", "three"]);
 * ```
 */
export function splitAtWords(text: string, maxBytes: number): string[] {
  const parts: string[] = [];
  let part = "", bytes = 0, cut = 0;
  for (const character of text) {
    const more = encodedLength(character);
    while (bytes + more > maxBytes) {
      const end = cut > part.length / 2 ? cut : part.length;
      parts.push(part.slice(0, end));
      part = part.slice(end);
      bytes = encodedLength(part);
      cut = 0;
    }
    part += character;
    bytes += more;
    if (character === " ") cut = part.length;
  }
  if (part !== "" || parts.length === 0) parts.push(part);
  return parts;
}

function tooLong(maxBytes: number): ClientError {
  return new ClientError({ kind: "too-long", maxBytes });
}
