/**
 * Limits the lines accepted from datagrams, which have no backpressure: a value and a pure step.
 *
 * @module
 */

/** Lines accepted from one datagram. */
export const MAX_DATAGRAM_LINES = 64;

/** State of the intake of one session. `notTaken`: dropped lines that the sender was not notified of yet. */
export type UdpIntake =
  | { readonly at: "open"; readonly notTaken: number }
  /** Too many lines are waiting. */
  | { readonly at: "crowded"; readonly notTaken: number };

/** An input of {@linkcode stepUdpIntake}. */
export type UdpIntakeInput =
  /** A line, with its index in its datagram. */
  | { readonly kind: "line"; readonly index: number }
  /** The end of a datagram. */
  | { readonly kind: "datagram-end" }
  | { readonly kind: "crowded"; readonly isCrowded: boolean };

/** What to do: accept the line, or notify the sender of dropped lines. */
export type UdpIntakeAct =
  | { readonly act: "nothing" | "take" }
  | { readonly act: "report"; readonly notTaken: number };

/** The state after an input, and what to do. */
export interface UdpIntakeStep {
  readonly intake: UdpIntake;
  readonly act: UdpIntakeAct;
}

/** Accepts lines, and has dropped none. */
export const OPEN_INTAKE: UdpIntake = Object.freeze({ at: "open", notTaken: 0 });

const NOTHING: UdpIntakeAct = Object.freeze({ act: "nothing" });
const TAKE: UdpIntakeAct = Object.freeze({ act: "take" });

/**
 * The next state, and what to do. The sender is notified of dropped lines once lines are accepted again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { OPEN_INTAKE, stepUdpIntake } from "./udp_intake.ts";
 * const crowded = stepUdpIntake(OPEN_INTAKE, { kind: "crowded", isCrowded: true }).intake;
 * const refused = stepUdpIntake(crowded, { kind: "line", index: 0 });
 * assert.equal(refused.act.act, "nothing");
 * const again = stepUdpIntake(refused.intake, { kind: "crowded", isCrowded: false });
 * assert.deepEqual(again.act, { act: "report", notTaken: 1 });
 * ```
 */
export function stepUdpIntake(intake: UdpIntake, input: UdpIntakeInput): UdpIntakeStep {
  switch (input.kind) {
    case "line":
      return intake.at === "open" && input.index < MAX_DATAGRAM_LINES
        ? { intake, act: TAKE }
        : { intake: { ...intake, notTaken: intake.notTaken + 1 }, act: NOTHING };
    case "datagram-end":
      return intake.at === "open" ? report(intake.notTaken) : { intake, act: NOTHING };
    case "crowded":
      return input.isCrowded
        ? { intake: { at: "crowded", notTaken: intake.notTaken }, act: NOTHING }
        : report(intake.notTaken);
  }
}

function report(notTaken: number): UdpIntakeStep {
  return { intake: OPEN_INTAKE, act: notTaken === 0 ? NOTHING : { act: "report", notTaken } };
}
