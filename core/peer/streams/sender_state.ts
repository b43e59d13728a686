/**
 * The state of a stream to one receiver on the sender's side: one value and one pure step function.
 *
 * ```text
 * offered -> accepted -> streaming -> finishing -> finished      any -> leaving, ended
 * ```
 *
 * @module
 */
import type { ProtocolError } from "../links/errors.ts";
import type { StreamNotice } from "./protocol.ts";
import type { Side, StreamEnd, StreamState } from "./types.ts";

/** The sides that have paused a stream; the first of them is shown. */
export type Holders = readonly Side[];

/** The state of the stream to one receiver. */
export type SenderState =
  /** No answer yet. */
  | { readonly at: "offered"; readonly heldBy: Holders }
  /** The receiver has accepted; the encoder has not started. */
  | { readonly at: "accepted"; readonly heldBy: Holders }
  /** Frames are sent, unless one side has paused the stream. */
  | { readonly at: "streaming"; readonly heldBy: Holders }
  /** The source has ended: the queue is sent, then the end. */
  | { readonly at: "finishing"; readonly heldBy: Holders; readonly end: StreamEnd }
  /** The end is sent; the receiver plays its buffer, and may still pause. */
  | { readonly at: "finished"; readonly heldBy: Holders; readonly end: StreamEnd }
  /** Ended on this side before the source has: waits a moment until the receiver has read that. */
  | { readonly at: "leaving"; readonly end: StreamEnd; readonly shown: StreamState }
  | { readonly at: "ended"; readonly end: StreamEnd };

/** An input of {@linkcode stepSender}. */
export type SenderInput =
  | { readonly kind: "accepted" }
  | { readonly kind: "rejected"; readonly text: string }
  /** The encoder has started. */
  | { readonly kind: "begin" }
  | { readonly kind: "hold" | "release"; readonly by: Side }
  /** The source has ended. */
  | { readonly kind: "finish"; readonly end: StreamEnd }
  /** The queue is empty. */
  | { readonly kind: "empty" }
  /** The sender's user ends the stream. */
  | { readonly kind: "stop" }
  /** Our last notice was read, or has timed out. */
  | { readonly kind: "goodbye-over" }
  /** The receiver ends the stream. */
  | { readonly kind: "stopped-there" }
  /** The receiver has received and played everything. */
  | { readonly kind: "received" }
  /** The receiver has closed the link. */
  | { readonly kind: "closed-there" }
  /** The link is broken, or silent for too long. */
  | { readonly kind: "lost" }
  /** The receiver violated the protocol. */
  | { readonly kind: "failed-there"; readonly error: ProtocolError };

/** An effect that the caller of {@linkcode stepSender} has to carry out. */
export type SenderEffect =
  /** The receiver has accepted: from now on it must not be silent for long. */
  | { readonly effect: "accept" }
  /** Writes the decoder configuration. */
  | { readonly effect: "write-config" }
  /** Queues a notice for the receiver. */
  | { readonly effect: "notify"; readonly notice: StreamNotice }
  /** Shows the user the state of the stream. */
  | { readonly effect: "show"; readonly state: StreamState }
  /** Writes the last notice at once; `goodbye-over` follows. */
  | { readonly effect: "say-goodbye"; readonly reason: "stopped" | "failed" }
  /** Closes the link. */
  | { readonly effect: "close"; readonly end: StreamEnd };

/** The next state and its effects. */
export interface SenderStep {
  readonly state: SenderState;
  readonly effects: readonly SenderEffect[];
}

/** What may be written to a receiver: nothing (not yet, or no more), everything but frames, or everything. */
export type SendMode = "nothing" | "notices" | "everything";

/** The state of a stream that was just offered. */
export const OFFERED_STREAM: SenderState = Object.freeze({ at: "offered", heldBy: [] });

type Live = Exclude<SenderState, { at: "ended" }>;
type Flowing = Extract<SenderState, { at: "streaming" | "finishing" | "finished" }>;
type Holdable = Exclude<Live, { at: "leaving" }>;

/**
 * Returns the next state and its effects. An input that does not apply to a state changes nothing; `ended` is final, and
 * follows `leaving`.
 *
 * @example A stream that is stopped before the answer ends at once; later, the receiver is notified first
 * ```ts
 * import assert from "node:assert/strict";
 * import { OFFERED_STREAM, stepSender } from "./sender_state.ts";
 * assert.equal(stepSender(OFFERED_STREAM, { kind: "stop" }).state.at, "ended");
 * const accepted = stepSender(OFFERED_STREAM, { kind: "accepted" }).state;
 * assert.equal(stepSender(accepted, { kind: "stop" }).state.at, "leaving");
 * ```
 */
export function stepSender(state: SenderState, input: SenderInput): SenderStep {
  if (state.at === "ended") return stay(state);
  switch (input.kind) {
    case "lost":
      return end({ reason: "lost" });
    case "stopped-there":
      return end({ reason: "stopped", by: "them" });
    case "failed-there":
      return end({ reason: "failed", by: "them", error: input.error });
    case "closed-there":
      return end(endOfClosed(state));
    case "received":
      return end("end" in state ? state.end : { reason: "stopped", by: "them" });
    case "goodbye-over":
      return state.at === "leaving" ? end(state.end) : stay(state);
  }
  return state.at === "leaving" ? stay(state) : stepHoldable(state, input);
}

/** The state as the user sees it. */
export function shownState(state: SenderState): StreamState {
  if (state.at === "ended") return state;
  if (state.at === "leaving") return state.shown;
  if (!isFlowing(state)) return { at: "offered" };
  const [by] = state.heldBy;
  return by === undefined ? { at: "streaming" } : { at: "paused", by };
}

/** What may be written to the receiver. */
export function sendModeOf(state: SenderState): SendMode {
  if (!isFlowing(state)) return "nothing";
  return state.heldBy.length > 0 ? "notices" : "everything";
}

function stepHoldable(
  state: Holdable,
  input: Extract<
    SenderInput,
    { kind: "accepted" | "rejected" | "begin" | "hold" | "release" | "finish" | "empty" | "stop" }
  >,
): SenderStep {
  switch (input.kind) {
    case "accepted":
      return state.at === "offered"
        ? go({ ...state, at: "accepted" }, { effect: "accept" })
        : stay(state);
    case "rejected":
      return state.at === "offered"
        ? end({ reason: "rejected", by: "them", text: input.text })
        : stay(state);
    case "begin":
      return state.at === "accepted" ? begin(state) : stay(state);
    case "hold":
      return hold(state, input.by);
    case "release":
      return release(state, input.by);
    case "finish":
      return finish(state, input.end);
    case "empty":
      return state.at === "finishing" ? sayEnd(state) : stay(state);
    case "stop":
      return stop(state);
  }
}

/** Starts the stream; it starts paused if a side has paused it before. */
function begin({ heldBy }: Extract<SenderState, { at: "accepted" }>): SenderStep {
  const effects: SenderEffect[] = [
    { effect: "write-config" },
    { effect: "show", state: { at: "streaming" } },
  ];
  let state: SenderState & Holdable = { at: "streaming", heldBy: [] };
  for (const side of ["us", "them"] as const) {
    if (!heldBy.includes(side)) continue;
    effects.push(...hold(state, side).effects);
    state = { ...state, heldBy: [...state.heldBy, side] };
  }
  return { state, effects };
}

function hold(state: Holdable, by: Side): SenderStep {
  if (state.heldBy.includes(by)) return stay(state);
  const held = { ...state, heldBy: [...state.heldBy, by] };
  if (!isFlowing(state) || state.heldBy.length > 0) return go(held);
  return go(
    held,
    { effect: "notify", notice: { type: "paused" } },
    { effect: "show", state: { at: "paused", by } },
  );
}

/** Resumes the stream once neither side has paused it. */
function release(state: Holdable, by: Side): SenderStep {
  if (!state.heldBy.includes(by)) return stay(state);
  const released = { ...state, heldBy: state.heldBy.filter((holder) => holder !== by) };
  if (!isFlowing(state) || released.heldBy.length > 0) return go(released);
  return go(
    released,
    { effect: "notify", notice: { type: "resumed" } },
    { effect: "show", state: { at: "streaming" } },
  );
}

function finish(state: Holdable, reason: StreamEnd): SenderStep {
  if (state.at === "offered") return end(reason);
  if (state.at === "accepted") return leave(state, reason, "failed");
  return state.at === "streaming" ? go({ ...state, at: "finishing", end: reason }) : stay(state);
}

function sayEnd(state: Extract<SenderState, { at: "finishing" }>): SenderStep {
  const reason = state.end.reason === "done" ? "done" : "failed";
  return go({ ...state, at: "finished" }, { effect: "notify", notice: { type: "end", reason } });
}

function stop(state: Holdable): SenderStep {
  const stopped: StreamEnd = { reason: "stopped", by: "us" };
  // Before the answer a last notice would be read as a frame; after the last notice there is no other.
  if (state.at === "offered" || state.at === "finished") return end(stopped);
  return leave(state, stopped, "stopped");
}

/** Ends the stream, but leaves closing the link to the receiver: otherwise it might never read our last notice. */
function leave(state: Holdable, reason: StreamEnd, word: "stopped" | "failed"): SenderStep {
  return go(
    { at: "leaving", end: reason, shown: shownState(state) },
    { effect: "say-goodbye", reason: word },
  );
}

/** The end of a stream whose link was closed, which is expected after our last notice. */
function endOfClosed(state: Live): StreamEnd {
  return "end" in state && state.end.reason === "stopped" ? state.end : { reason: "lost" };
}

function end(reason: StreamEnd): SenderStep {
  const state = { at: "ended", end: reason } as const;
  return go(state, { effect: "show", state }, { effect: "close", end: reason });
}

function isFlowing(state: SenderState): state is Flowing {
  return state.at === "streaming" || state.at === "finishing" || state.at === "finished";
}

function go(state: SenderState, ...effects: readonly SenderEffect[]): SenderStep {
  return { state, effects };
}

function stay(state: SenderState): SenderStep {
  return { state, effects: [] };
}
