/**
 * Which lines of datagrams are taken, where no connection holds their sender back: as a value and a pure step.
 *
 * @module
 */

/** Lines of one datagram that are taken: as many as may wait. */
export const MAX_DATAGRAM_LINES = 64;

/** Where the intake of one session stands. `notTaken`: lines that the sender has not been told of yet. */
export type UdpIntake =
  | { readonly at: "open"; readonly notTaken: number }
  /** More lines wait than should. */
  | { readonly at: "crowded"; readonly notTaken: number };

/** What happens to an intake. */
export type UdpIntakeInput =
  /** A line came, the one with this number (from 0) in its datagram. */
  | { readonly kind: "line"; readonly index: number }
  /** All lines of a datagram have been looked at. */
  | { readonly kind: "datagram-end" }
  | { readonly kind: "crowded"; readonly isCrowded: boolean };

/** What is to be done: take the line, or tell the sender how many lines were not taken. */
export type UdpIntakeAct =
  | { readonly act: "nothing" | "take" }
  | { readonly act: "tell"; readonly notTaken: number };

/** The state after an input, and what to do. */
export interface UdpIntakeStep {
  readonly intake: UdpIntake;
  readonly act: UdpIntakeAct;
}

/** Takes lines, and has refused none. */
export const OPEN_INTAKE: UdpIntake = Object.freeze({ at: "open", notTaken: 0 });

const NOTHING: UdpIntakeAct = Object.freeze({ act: "nothing" });
const TAKE: UdpIntakeAct = Object.freeze({ act: "take" });

/**
 * The next state, and what to do. The sender is told of lines that were not taken once there is room for others.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { OPEN_INTAKE, stepUdpIntake } from "./udp_intake.ts";
 * const crowded = stepUdpIntake(OPEN_INTAKE, { kind: "crowded", isCrowded: true }).intake;
 * const refused = stepUdpIntake(crowded, { kind: "line", index: 0 });
 * assert.equal(refused.act.act, "nothing");
 * const again = stepUdpIntake(refused.intake, { kind: "crowded", isCrowded: false });
 * assert.deepEqual(again.act, { act: "tell", notTaken: 1 });
 * ```
 */
export function stepUdpIntake(intake: UdpIntake, input: UdpIntakeInput): UdpIntakeStep {
  switch (input.kind) {
    case "line":
      return intake.at === "open" && input.index < MAX_DATAGRAM_LINES
        ? { intake, act: TAKE }
        : { intake: { ...intake, notTaken: intake.notTaken + 1 }, act: NOTHING };
    case "datagram-end":
      return intake.at === "open" ? tell(intake.notTaken) : { intake, act: NOTHING };
    case "crowded":
      return input.isCrowded
        ? { intake: { at: "crowded", notTaken: intake.notTaken }, act: NOTHING }
        : tell(intake.notTaken);
  }
}

function tell(notTaken: number): UdpIntakeStep {
  return { intake: OPEN_INTAKE, act: notTaken === 0 ? NOTHING : { act: "tell", notTaken } };
}
