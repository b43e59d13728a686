/**
 * The state of sending to one UDP address, from the first prompt to the last line: a value and a pure step.
 *
 * ```text
 * open -> ending -> over
 * ```
 *
 * @module
 */

/** Shortest interval between two prompts for the code, in milliseconds: each uses up the budget of replies. */
export const PROMPT_PAUSE_MS = 10_000;

/** State of sending to one address. */
export type UdpSending =
  /** `promptedMs`: time of the last prompt for the code, by a monotonic clock. */
  | { readonly at: "open"; readonly promptedMs: number | undefined }
  /** The last line goes out with the next datagrams. */
  | { readonly at: "ending"; readonly last: string }
  /** Nothing more is sent. */
  | { readonly at: "over" };

/** An input of {@linkcode stepUdpSending}. */
export type UdpSendingInput =
  /** Datagrams were taken from the queue to be sent, perhaps with a prompt. */
  | { readonly kind: "taken"; readonly prompted: boolean; readonly nowMs: number }
  /** The session ends with this last line. */
  | { readonly kind: "end"; readonly last: string };

/** The initial state. */
export const FIRST_SENDING: UdpSending = Object.freeze({ at: "open", promptedMs: undefined });

const OVER: UdpSending = Object.freeze({ at: "over" });

/**
 * The next state. The first `last` counts; nothing leaves "over".
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

/** Whether a prompt for the code is due at `nowMs`, and whether it is not the first one. */
export function promptAt(
  sending: UdpSending,
  nowMs: number,
): { readonly isDue: boolean; readonly isAgain: boolean } {
  if (sending.at !== "open") return { isDue: false, isAgain: true };
  const { promptedMs } = sending;
  if (promptedMs === undefined) return { isDue: true, isAgain: false };
  return { isDue: nowMs - promptedMs >= PROMPT_PAUSE_MS, isAgain: true };
}
