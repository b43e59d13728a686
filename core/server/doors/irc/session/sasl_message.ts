/**
 * A SASL message in several lines: a value and a pure step function.
 *
 * https://ircv3.net/specs/extensions/sasl-3.1
 *
 * @module
 */

/** A line of this many characters is followed by another. */
export const SASL_CHUNK = 400;
/** Longest message, in base64. */
const MAX_SASL_MESSAGE = 2800;

/** The received part of a message. */
export type SaslMessage =
  | { readonly at: "collecting"; readonly base64: string }
  /** The message was refused: its remaining lines are ignored. */
  | { readonly at: "skipping" }
  /** The message was refused, and has ended. */
  | { readonly at: "over" };

/** Why a message is refused. */
export type SaslFault = "line-too-long" | "message-too-long" | "not-text";

/** The state after a line, and what to do. */
export interface SaslMessageStep {
  readonly message: SaslMessage;
  readonly act:
    | { readonly act: "nothing" }
    /** The message is complete. The next line starts another. */
    | { readonly act: "take"; readonly text: string }
    | { readonly act: "refuse"; readonly fault: SaslFault };
}

/** A message of which nothing was received. */
export const NEW_SASL_MESSAGE: SaslMessage = Object.freeze({ at: "collecting", base64: "" });

const OVER: SaslMessage = Object.freeze({ at: "over" });
const SKIPPING: SaslMessage = Object.freeze({ at: "skipping" });

/**
 * Handles the parameter of one `AUTHENTICATE`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NEW_SASL_MESSAGE, stepSaslMessage } from "./sasl_message.ts";
 * const { act } = stepSaslMessage(NEW_SASL_MESSAGE, btoa("hello"));
 * assert.deepEqual(act, { act: "take", text: "hello" });
 * ```
 */
export function stepSaslMessage(message: SaslMessage, line: string): SaslMessageStep {
  const isLast = line.length !== SASL_CHUNK;
  if (message.at !== "collecting") {
    return { message: isLast ? OVER : message, act: { act: "nothing" } };
  }
  if (line.length > SASL_CHUNK) return refuse("line-too-long", OVER);
  if (message.base64.length + line.length > MAX_SASL_MESSAGE) {
    return refuse("message-too-long", isLast ? OVER : SKIPPING);
  }
  const base64 = line === "+" ? message.base64 : message.base64 + line;
  if (!isLast) return { message: { at: "collecting", base64 }, act: { act: "nothing" } };
  const text = decodeBase64(base64);
  if (text === undefined) return refuse("not-text", OVER);
  return { message: NEW_SASL_MESSAGE, act: { act: "take", text } };
}

/** The lines of a message: the last is shorter than {@linkcode SASL_CHUNK}, or `+` if nothing is left for it. */
export function saslLines(message: string): string[] {
  const base64 = new TextEncoder().encode(message).toBase64();
  const lines: string[] = base64.match(new RegExp(`.{1,${SASL_CHUNK}}`, "g")) ?? [];
  if (lines.at(-1)?.length === SASL_CHUNK || lines.length === 0) lines.push("+");
  return lines;
}

function refuse(fault: SaslFault, message: SaslMessage): SaslMessageStep {
  return { message, act: { act: "refuse", fault } };
}

function decodeBase64(text: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(text));
  } catch {
    return undefined; // every error has the same answer
  }
}
