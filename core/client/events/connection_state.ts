/**
 * The state of the connection to the server, as one value and one pure step function.
 *
 * ```text
 * dialing -> registering -> open -> waiting -> dialing ...      any -> closed
 * ```
 *
 * @module
 */
import type { LossReason } from "./problems.ts";

/** The first pause after a lost connection, in milliseconds, before jitter. */
const FIRST_PAUSE_MS = 1_000;
/** The longest pause. */
export const LONGEST_PAUSE_MS = 30_000;
/** A connection that did not last this long counts as another failed attempt. */
export const STEADY_AFTER_MS = 5_000;

/** State of the connection. `attempt` counts consecutive failures. */
export type ServerConnectionState =
  | { readonly at: "dialing"; readonly attempt: number; readonly first: boolean }
  | { readonly at: "registering"; readonly attempt: number; readonly first: boolean }
  | { readonly at: "open"; readonly attempt: number; readonly sinceMs: number }
  | {
    readonly at: "waiting";
    readonly attempt: number;
    readonly delayMs: number;
    readonly reason: LossReason;
  }
  | { readonly at: "closed"; readonly reason: LossReason };

/** An input of {@linkcode stepServerConnection}. */
export type ServerConnectionInput =
  | { readonly kind: "dialed" }
  | { readonly kind: "registered"; readonly nowMs: number }
  /** `jitter` is a random number from 0 to 1. */
  | {
    readonly kind: "lost";
    readonly reason: LossReason;
    readonly nowMs: number;
    readonly jitter: number;
  }
  | { readonly kind: "due" }
  /** The client is closed, or further attempts are useless. */
  | { readonly kind: "stop"; readonly reason: LossReason };

/** The initial state. */
export const FIRST_CONNECTION: ServerConnectionState = { at: "dialing", attempt: 0, first: true };

/**
 * The next state. An input that does not apply to a state is ignored; nothing leaves "closed".
 *
 * @example A first attempt that fails is final; a connection that was open is tried again
 * ```ts
 * import assert from "node:assert/strict";
 * import { FIRST_CONNECTION, stepServerConnection } from "./connection_state.ts";
 * const lost = { kind: "lost", reason: { kind: "hung-up" }, nowMs: 0, jitter: 1 } as const;
 * assert.equal(stepServerConnection(FIRST_CONNECTION, lost).at, "closed");
 * assert.equal(stepServerConnection({ at: "open", attempt: 0, sinceMs: 0 }, lost).at, "waiting");
 * ```
 */
export function stepServerConnection(
  state: ServerConnectionState,
  input: ServerConnectionInput,
): ServerConnectionState {
  if (state.at === "closed") return state;
  switch (input.kind) {
    case "stop":
      return { at: "closed", reason: input.reason };
    case "dialed":
      return state.at === "dialing" ? { ...state, at: "registering" } : state;
    case "registered":
      return state.at === "registering"
        ? { at: "open", attempt: state.attempt, sinceMs: input.nowMs }
        : state;
    case "due":
      return state.at === "waiting"
        ? { at: "dialing", attempt: state.attempt, first: false }
        : state;
    case "lost":
      return lose(state, input);
  }
}

/** The pause before attempt number `attempt` (from 1); half of it is random. */
export function pauseMs(attempt: number, jitter: number): number {
  const full = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return Math.round(full * (0.5 + jitter / 2));
}

function lose(
  state: Exclude<ServerConnectionState, { at: "closed" }>,
  { reason, nowMs, jitter }: Extract<ServerConnectionInput, { kind: "lost" }>,
): ServerConnectionState {
  if (state.at === "waiting") return state;
  if (state.at !== "open" && state.first) return { at: "closed", reason };
  const steady = state.at === "open" && nowMs - state.sinceMs >= STEADY_AFTER_MS;
  const attempt = steady ? 1 : state.attempt + 1;
  return { at: "waiting", attempt, delayMs: pauseMs(attempt, jitter), reason };
}
