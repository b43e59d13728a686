/**
 * The life of an accepted stream as its receiver sees it, as one value and one pure step function.
 *
 * ```text
 * accepted -> streaming -> ending -> draining -> closing -> ended      any -> leaving -> closing
 * ```
 *
 * @module
 */
import type { StreamControl } from "./protocol.ts";
import type { Holders } from "./sender_state.ts";
import type { Side, StreamEnd, StreamState } from "./types.ts";

/** Where an accepted stream is. */
export type ReceiverState =
  /** The sender has not said yet what a decoder must know. */
  | { readonly at: "accepted"; readonly heldBy: Holders }
  /** Frames come, unless one side holds it. */
  | { readonly at: "streaming"; readonly heldBy: Holders }
  /** The sender has said its last word and waits until what came is played. */
  | ({ readonly at: "ending" } & Ending)
  /** Nothing comes any more; what came is played. */
  | ({ readonly at: "draining" } & Ending)
  /** Ended here: the sender has a moment to read that. */
  | { readonly at: "leaving"; readonly end: StreamEnd; readonly shown: StreamState }
  /** The player and the file are being closed. */
  | { readonly at: "closing"; readonly end: StreamEnd; readonly shown: StreamState }
  | { readonly at: "ended"; readonly end: StreamEnd };

interface Ending {
  readonly heldBy: Holders;
  readonly end: StreamEnd;
  /** Whether player and file were opened: it may also end before. */
  readonly begun: boolean;
}

/** What happens to an accepted stream. */
export type ReceiverInput =
  /** The player and the file are open. */
  | { readonly kind: "opened" }
  | { readonly kind: "hold" | "release"; readonly by: Side }
  /** The sender's last word. */
  | { readonly kind: "last-word"; readonly reason: "done" | "stopped" | "failed" }
  /** All that came has been played, and the file is complete. */
  | { readonly kind: "played" }
  /** Nothing can be read any more; what that means unless the sender has said it before. */
  | { readonly kind: "link-over"; readonly end: StreamEnd }
  /** The receiver's user ends it, or neither player nor file is left. */
  | { readonly kind: "enough"; readonly end: StreamEnd }
  /** Our last word was read, or its time is over. */
  | { readonly kind: "goodbye-over" }
  /** The player and the file are closed. */
  | { readonly kind: "closed" };

/** What the shell has to do after a step, in order. */
export type ReceiverEffect =
  /** Says something to the sender. */
  | { readonly effect: "tell"; readonly control: StreamControl }
  /** Shows the user the state of the stream. */
  | { readonly effect: "show"; readonly state: StreamState }
  /** Stops playing for now; plays again. */
  | { readonly effect: "hold" | "go" }
  /** Plays what there is to its end, and says so to the sender then. */
  | { readonly effect: "confirm-when-played" }
  /** Plays what there is to its end and completes the file; `played` follows. */
  | { readonly effect: "drain" }
  /** Says that it is over; `goodbye-over` follows. */
  | { readonly effect: "say-goodbye" }
  /** Closes the link. */
  | { readonly effect: "close-link" }
  /** Closes player and file now; `closed` follows. */
  | { readonly effect: "close-sinks" };

/** The next state, and what to do. */
export interface ReceiverStep {
  readonly state: ReceiverState;
  readonly effects: readonly ReceiverEffect[];
}

/** What a step depends on besides the state and the input. */
export interface ReceiverRules {
  /** Whether the source runs by itself: what came of it is played also when its sender stops it. */
  readonly live: boolean;
}

/** A stream that has just been accepted. */
export const ACCEPTED_STREAM: ReceiverState = Object.freeze({ at: "accepted", heldBy: [] });

type Holdable = Extract<ReceiverState, { readonly heldBy: Holders }>;
type Reading = Exclude<Holdable, { at: "draining" }>;

/**
 * The next state. An input that makes no sense in a state changes nothing; nothing leaves "ended".
 *
 * @example A file that has arrived is played to its end; who has had enough does not wait for that
 * ```ts
 * import assert from "node:assert/strict";
 * import { ACCEPTED_STREAM, stepReceiver } from "./receiver_state.ts";
 * const over = { kind: "link-over", end: { reason: "lost" } } as const;
 * const draining = stepReceiver(ACCEPTED_STREAM, over, { live: false }).state;
 * assert.equal(draining.at, "draining");
 * const enough = { kind: "enough", end: { reason: "stopped", by: "us" } } as const;
 * assert.equal(stepReceiver(draining, enough, { live: false }).state.at, "closing");
 * ```
 */
export function stepReceiver(
  state: ReceiverState,
  input: ReceiverInput,
  rules: ReceiverRules,
): ReceiverStep {
  switch (input.kind) {
    case "opened":
      return open(state);
    case "hold":
      return isHoldable(state) ? hold(state, input.by) : stay(state);
    case "release":
      return isHoldable(state) ? release(state, input.by) : stay(state);
    case "last-word":
      return isReading(state) ? hearLastWord(state, input.reason) : stay(state);
    case "played":
      return state.at === "draining" ? close(state, state.end) : stay(state);
    case "link-over":
      return isReading(state) ? endLink(state, input.end, rules) : stay(state);
    case "enough":
      if (state.at === "draining") return close(state, input.end);
      return isReading(state) ? leave(state, input.end) : stay(state);
    case "goodbye-over":
      if (state.at !== "leaving") return stay(state);
      return go(
        { ...state, at: "closing" },
        { effect: "close-link" },
        { effect: "close-sinks" },
      );
    case "closed": {
      if (state.at !== "closing") return stay(state);
      const ended = { at: "ended", end: state.end } as const;
      return go(ended, { effect: "show", state: ended });
    }
  }
}

/** Where the stream stands, for its user. */
export function shownReceiverState(state: ReceiverState): StreamState {
  switch (state.at) {
    case "accepted":
      return { at: "offered" };
    case "streaming":
    case "ending":
    case "draining": {
      const [by] = state.heldBy;
      if (!hasBegun(state)) return { at: "offered" };
      return by === undefined ? { at: "streaming" } : { at: "paused", by };
    }
    case "leaving":
    case "closing":
      return state.shown;
    case "ended":
      return state;
  }
}

/** Whether something may still come over the link that is for the player or the file. */
function isReading(state: ReceiverState): state is Reading {
  return state.at === "accepted" || state.at === "streaming" || state.at === "ending";
}

function hasBegun(state: Holdable): boolean {
  return "begun" in state ? state.begun : state.at === "streaming";
}

function isHoldable(state: ReceiverState): state is Holdable {
  return isReading(state) || state.at === "draining";
}

/** Also shown when it was stopped while player and file were being opened: it did begin. */
function open(state: ReceiverState): ReceiverStep {
  const shown: StreamState = { at: "streaming" };
  if (state.at === "leaving" && state.shown.at === "offered") {
    return go({ ...state, shown }, { effect: "show", state: shown });
  }
  if (state.at !== "accepted") return stay(state);
  const [by] = state.heldBy;
  const held: readonly ReceiverEffect[] = by === undefined
    ? []
    : [{ effect: "show", state: { at: "paused", by } }];
  return go({ ...state, at: "streaming" }, { effect: "show", state: shown }, ...held);
}

/** The sender is asked to hold it as well, even if it was asked before. */
function hold(state: Holdable, by: Side): ReceiverStep {
  if (by === "us" && !hasBegun(state)) return stay(state);
  const told: readonly ReceiverEffect[] = by === "us"
    ? [{ effect: "tell", control: { type: "pause" } }]
    : [];
  if (state.heldBy.includes(by)) return go(state, ...told);
  const next: Holdable = { ...state, heldBy: [...state.heldBy, by] };
  if (state.heldBy.length > 0) return go(next, ...told);
  const shown: readonly ReceiverEffect[] = hasBegun(state)
    ? [{ effect: "show", state: { at: "paused", by } }]
    : [];
  return go(next, ...told, { effect: "hold" }, ...shown);
}

/** It goes on once neither side holds it any more. */
function release(state: Holdable, by: Side): ReceiverStep {
  if (!state.heldBy.includes(by)) return stay(state);
  const told: readonly ReceiverEffect[] = by === "us"
    ? [{ effect: "tell", control: { type: "resume" } }]
    : [];
  const next: Holdable = { ...state, heldBy: state.heldBy.filter((holder) => holder !== by) };
  if (next.heldBy.length > 0) return go(next, ...told);
  const shown: readonly ReceiverEffect[] = hasBegun(state)
    ? [{ effect: "show", state: { at: "streaming" } }]
    : [];
  return go(next, ...told, { effect: "go" }, ...shown);
}

/** The sender waits until what came has been played; until then both may hold it. */
function hearLastWord(state: Reading, reason: "done" | "stopped" | "failed"): ReceiverStep {
  const { heldBy } = state;
  const begun = hasBegun(state);
  if (reason === "stopped") {
    return go(
      { at: "ending", heldBy, begun, end: { reason, by: "them" } },
      { effect: "tell", control: { type: "received" } },
    );
  }
  const end: StreamEnd = reason === "done" ? { reason } : { reason, by: "them" };
  return go({ at: "ending", heldBy, begun, end }, { effect: "confirm-when-played" });
}

function endLink(state: Reading, otherwise: StreamEnd, { live }: ReceiverRules): ReceiverStep {
  const end = state.at === "ending" ? state.end : otherwise;
  if (!live && end.reason === "stopped") {
    const { state: closing, effects } = close(state, end);
    return go(closing, { effect: "close-link" }, ...effects);
  }
  const { heldBy } = state;
  const draining: ReceiverState = { at: "draining", heldBy, begun: hasBegun(state), end };
  return go(draining, { effect: "close-link" }, { effect: "drain" });
}

/** The sender closes the link: if we did while its frames come, it might never read our last word. */
function leave(state: Reading, end: StreamEnd): ReceiverStep {
  return go({ at: "leaving", end, shown: shownReceiverState(state) }, { effect: "say-goodbye" });
}

function close(state: Holdable, end: StreamEnd): ReceiverStep {
  return go({ at: "closing", end, shown: shownReceiverState(state) }, { effect: "close-sinks" });
}

function go(state: ReceiverState, ...effects: readonly ReceiverEffect[]): ReceiverStep {
  return { state, effects };
}

function stay(state: ReceiverState): ReceiverStep {
  return { state, effects: [] };
}
