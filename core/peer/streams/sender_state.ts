/**
 * The life of a stream as its sender sees one receiver, as one value and one pure step function.
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

/** Who holds a stream; the first of them is the one that is shown. */
export type Holders = readonly Side[];

/** Where the stream to one receiver is. */
export type SenderState =
  /** No answer yet. */
  | { readonly at: "offered"; readonly heldBy: Holders }
  /** The receiver said yes; the encoder has not begun. */
  | { readonly at: "accepted"; readonly heldBy: Holders }
  /** Frames go out, unless one side holds it. */
  | { readonly at: "streaming"; readonly heldBy: Holders }
  /** The source has ended: the queue is sent, then the last word. */
  | { readonly at: "finishing"; readonly heldBy: Holders; readonly end: StreamEnd }
  /** The last word is sent; the receiver plays what it has, and may still hold it. */
  | { readonly at: "finished"; readonly heldBy: Holders; readonly end: StreamEnd }
  /** Ended here before the source did: the receiver has a moment to read that. */
  | { readonly at: "leaving"; readonly end: StreamEnd; readonly shown: StreamState }
  | { readonly at: "ended"; readonly end: StreamEnd };

/** What happens to the stream to one receiver. */
export type SenderInput =
  | { readonly kind: "accepted" }
  | { readonly kind: "rejected"; readonly text: string }
  /** The encoder has begun. */
  | { readonly kind: "begin" }
  | { readonly kind: "hold" | "release"; readonly by: Side }
  /** The source has nothing more. */
  | { readonly kind: "finish"; readonly end: StreamEnd }
  /** Nothing is queued. */
  | { readonly kind: "empty" }
  /** The sender's user ends it. */
  | { readonly kind: "stop" }
  /** The last word was read, or its time is over. */
  | { readonly kind: "goodbye-over" }
  /** The receiver ends it. */
  | { readonly kind: "stopped-there" }
  /** The receiver has had all of it. */
  | { readonly kind: "received" }
  /** The receiver has closed the link. */
  | { readonly kind: "closed-there" }
  /** The link is broken, or silent for too long. */
  | { readonly kind: "lost" }
  /** The receiver does not keep to the protocol. */
  | { readonly kind: "failed-there"; readonly error: ProtocolError };

/** What the shell has to do after a step, in order. */
export type SenderEffect =
  /** The receiver said yes: from now on it must not be silent for long. */
  | { readonly effect: "accept" }
  /** Writes what a decoder must know. */
  | { readonly effect: "write-config" }
  /** Queues a notice for the receiver. */
  | { readonly effect: "notify"; readonly notice: StreamNotice }
  /** Shows the user the state of the stream. */
  | { readonly effect: "show"; readonly state: StreamState }
  /** Writes the last word at once; `goodbye-over` follows. */
  | { readonly effect: "say-goodbye"; readonly reason: "stopped" | "failed" }
  /** Closes the link. */
  | { readonly effect: "close"; readonly end: StreamEnd };

/** The next state, and what to do. */
export interface SenderStep {
  readonly state: SenderState;
  readonly effects: readonly SenderEffect[];
}

/** What may be written to a receiver: nothing yet or any more, all but frames, or everything. */
export type SendMode = "nothing" | "notices" | "everything";

/** A stream that has just been offered. */
export const OFFERED_STREAM: SenderState = Object.freeze({ at: "offered", heldBy: [] });

type Live = Exclude<SenderState, { at: "ended" }>;
type Flowing = Extract<SenderState, { at: "streaming" | "finishing" | "finished" }>;
type Holdable = Exclude<Live, { at: "leaving" }>;

/**
 * The next state. An input that makes no sense in a state changes nothing; nothing leaves "ended", and "leaving" leads
 * nowhere else.
 *
 * @example A stream that is stopped before the answer ends at once; later the receiver is sent a last word first
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

/** The state as its user sees it. */
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

/** Who held it before it began holds it from the start. */
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

/** It goes on once neither side holds it any more. */
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
  // Before the answer a last word would be read as a frame; after the last word there is no other.
  if (state.at === "offered" || state.at === "finished") return end(stopped);
  return leave(state, stopped, "stopped");
}

/** The receiver closes the link: if we did, it might never read our last word. */
function leave(state: Holdable, reason: StreamEnd, word: "stopped" | "failed"): SenderStep {
  return go(
    { at: "leaving", end: reason, shown: shownState(state) },
    { effect: "say-goodbye", reason: word },
  );
}

/** After our own last word, a closed link is how it should be. */
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
