/**
 * The life of what is sent to one UDP address, from the first prompt to the last words, as a value and a pure step.
 *
 * ```text
 * open -> ending -> over
 * ```
 *
 * @module
 */

/** Shortest pause between two prompts for the code, in milliseconds: each is paid by the replies' budget. */
export const PROMPT_PAUSE_MS = 10_000;

/** Where sending to one address stands. */
export type UdpSending =
  /** `promptedMs`: when the code was asked for last, by a steady clock; `undefined` before. */
  | { readonly at: "open"; readonly promptedMs: number | undefined }
  /** The last words go out with the next datagrams. */
  | { readonly at: "ending"; readonly last: string }
  /** Nothing more is sent. */
  | { readonly at: "over" };

/** What happens to it. */
export type UdpSendingInput =
  /** The datagrams that may go out were taken; with a prompt, perhaps. */
  | { readonly kind: "taken"; readonly prompted: boolean; readonly nowMs: number }
  /** The session ends with these words. */
  | { readonly kind: "end"; readonly last: string };

/** Nothing was sent yet. */
export const FIRST_SENDING: UdpSending = Object.freeze({ at: "open", promptedMs: undefined });

const OVER: UdpSending = Object.freeze({ at: "over" });

/**
 * The next state. The first last words are the ones that are said; nothing leaves "over".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FIRST_SENDING, stepUdpSending } from "./udp_sending.ts";
 * const ending = stepUdpSending(FIRST_SENDING, { kind: "end", last: "* Goodbye.\n" });
 * assert.equal(stepUdpSending(ending, { kind: "taken", prompted: false, nowMs: 0 }).at, "over");
 * ```
 */
export function stepUdpSending(sending: UdpSending, input: UdpSendingInput): UdpSending {
  switch (sending.at) {
    case "open":
      if (input.kind === "end") return { at: "ending", last: input.last };
      return input.prompted ? { at: "open", promptedMs: input.nowMs } : sending;
    case "ending":
      return input.kind === "taken" ? OVER : sending;
    case "over":
      return sending;
  }
}

/** Whether the code may be asked for at `nowMs`, and whether it is not for the first time. */
export function promptAt(
  sending: UdpSending,
  nowMs: number,
): { readonly isDue: boolean; readonly isAgain: boolean } {
  if (sending.at !== "open") return { isDue: false, isAgain: true };
  const { promptedMs } = sending;
  if (promptedMs === undefined) return { isDue: true, isAgain: false };
  return { isDue: nowMs - promptedMs >= PROMPT_PAUSE_MS, isAgain: true };
}
