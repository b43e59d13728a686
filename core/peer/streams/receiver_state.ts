/**
 * The state of an accepted stream on the receiver's side: one value and one pure step function.
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

/** The state of an accepted stream. */
export type ReceiverState =
  /** The decoder configuration was not received yet. */
  | { readonly at: "accepted"; readonly heldBy: Holders }
  /** Frames are received, unless one side has paused the stream. */
  | { readonly at: "streaming"; readonly heldBy: Holders }
  /** The sender has ended the stream, and waits until the received frames are played. */
  | ({ readonly at: "ending" } & Ending)
  /** The link has ended; the received frames are played. */
  | ({ readonly at: "draining" } & Ending)
  /** Ended on this side: waits a moment until the sender has read that. */
  | { readonly at: "leaving"; readonly end: StreamEnd; readonly shown: StreamState }
  /** Player and file are being closed. */
  | { readonly at: "closing"; readonly end: StreamEnd; readonly shown: StreamState }
  | { readonly at: "ended"; readonly end: StreamEnd };

interface Ending {
  readonly heldBy: Holders;
  readonly end: StreamEnd;
  /** Whether player and file were opened; the stream may end before that. */
  readonly begun: boolean;
}

/** An input of {@linkcode stepReceiver}. */
export type ReceiverInput =
  /** Player and file are open. */
  | { readonly kind: "opened" }
  | { readonly kind: "hold" | "release"; readonly by: Side }
  /** The sender has ended the stream. */
  | { readonly kind: "last-word"; readonly reason: "done" | "stopped" | "failed" }
  /** All received frames have been played, and the file is complete. */
  | { readonly kind: "played" }
  /** The link has ended; `end` applies unless the sender has ended the stream before. */
  | { readonly kind: "link-over"; readonly end: StreamEnd }
  /** The receiver's user ends the stream, or neither player nor file is left. */
  | { readonly kind: "enough"; readonly end: StreamEnd }
  /** Our last line was read, or has timed out. */
  | { readonly kind: "goodbye-over" }
  /** Player and file are closed. */
  | { readonly kind: "closed" };

/** An effect that the caller of {@linkcode stepReceiver} has to carry out. */
export type ReceiverEffect =
  /** Sends a line to the sender. */
  | { readonly effect: "tell"; readonly control: StreamControl }
  /** Shows the user the state of the stream. */
  | { readonly effect: "show"; readonly state: StreamState }
  /** Pauses playback; resumes it. */
  | { readonly effect: "hold" | "go" }
  /** Plays all received frames, then confirms that to the sender. */
  | { readonly effect: "confirm-when-played" }
  /** Plays all received frames and completes the file; `played` follows. */
  | { readonly effect: "drain" }
  /** Sends that the stream has ended; `goodbye-over` follows. */
  | { readonly effect: "say-goodbye" }
  /** Closes the link. */
  | { readonly effect: "close-link" }
  /** Closes player and file at once; `closed` follows. */
  | { readonly effect: "close-sinks" };

/** The next state and its effects. */
export interface ReceiverStep {
  readonly state: ReceiverState;
  readonly effects: readonly ReceiverEffect[];
}

/** What a step depends on besides the state and the input. */
export interface ReceiverRules {
  /** Whether the source is live: its received frames are played even if its sender stops it. */
  readonly live: boolean;
}

/** The state of a stream that was just accepted. */
export const ACCEPTED_STREAM: ReceiverState = Object.freeze({ at: "accepted", heldBy: [] });

type Holdable = Extract<ReceiverState, { readonly heldBy: Holders }>;
type Reading = Exclude<Holdable, { at: "draining" }>;

/**
 * Returns the next state and its effects. An input that does not apply to a state changes nothing; `ended` is final.
 *
 * @example A received file is played to its end, unless the user ends it
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

/** The state as the user sees it. */
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

/** Whether more frames may be received. */
function isReading(state: ReceiverState): state is Reading {
  return state.at === "accepted" || state.at === "streaming" || state.at === "ending";
}

function hasBegun(state: Holdable): boolean {
  return "begun" in state ? state.begun : state.at === "streaming";
}

function isHoldable(state: ReceiverState): state is Holdable {
  return isReading(state) || state.at === "draining";
}

/** Player and file are open. Reported even if the stream was stopped meanwhile, because it did start. */
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

/** Pauses the stream; asks the sender to pause as well, even if it was asked before. */
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

/** Resumes the stream once neither side has paused it. */
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

/** Handles the end by the sender, which waits until all frames are played; until then both sides may pause. */
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

/** Ends the stream, but leaves closing the link to the sender: otherwise it might never read our last line. */
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
