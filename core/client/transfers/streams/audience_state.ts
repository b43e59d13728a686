/**
 * The receivers of an outgoing stream: one value and one pure step function.
 *
 * ```text
 * asking -> asked -> over
 * ```
 *
 * @module
 */
import type { StreamEnd, StreamState } from "../../../peer/streams/mod.ts";

/** The receivers of a stream while any are left. */
export interface Receivers {
  /** Number of receivers that were asked and have not left. */
  readonly open: number;
  /** How the others ended. */
  readonly ends: readonly StreamEnd[];
  /** Whether we have paused the stream. */
  readonly held: boolean;
  /** Whether anybody receives it, or has received it. */
  readonly begun: boolean;
}

/** The state of an outgoing stream. */
export type AudienceState =
  /** More receivers may be asked. */
  | ({ readonly at: "asking" } & Receivers)
  /** All receivers were asked; lasts until all have left. */
  | ({ readonly at: "asked" } & Receivers)
  /** No receiver is left. */
  | { readonly at: "over"; readonly end: StreamEnd };

/** An input of {@linkcode stepAudience}. */
export type AudienceInput =
  /** A receiver is asked; no more will be asked; we pause the stream; we resume it. */
  | { readonly kind: "ask" | "all-asked" | "hold" | "release" }
  /** A receiver has started, paused, or resumed. */
  | { readonly kind: "changed"; readonly account: string; readonly state: StreamState }
  /** A receiver has left. */
  | { readonly kind: "left"; readonly account: string; readonly end: StreamEnd };

/** An effect that the caller of {@linkcode stepAudience} has to carry out. */
export type AudienceEffect =
  /** Pauses or resumes the stream for every receiver. */
  | { readonly effect: "pause" | "resume" }
  /** Reports that the stream is running. */
  | { readonly effect: "report-running" }
  /** Reports who has paused it. */
  | { readonly effect: "report-held"; readonly by: string }
  /** Reports that one of several receivers has left. */
  | { readonly effect: "report-left"; readonly account: string; readonly end: StreamEnd }
  /** The stream has ended. */
  | { readonly effect: "end"; readonly end: StreamEnd };

/** The next state and its effects. */
export interface AudienceStep {
  /** The next state. */
  readonly state: AudienceState;
  /** In order. */
  readonly effects: readonly AudienceEffect[];
}

/** What a step depends on besides the state and the input. */
export interface AudienceRules {
  /** Whether it is for a room: the actions of one of many receivers do not change the state of the stream. */
  readonly isToRoom: boolean;
  /** Our own account. */
  readonly self: string;
}

/** The state of a stream that is not offered yet. */
export const NO_AUDIENCE: AudienceState = Object.freeze({
  at: "asking",
  open: 0,
  ends: [],
  held: false,
  begun: false,
});

type Lasting = Exclude<AudienceState, { at: "over" }>;

/**
 * Returns the next state and its effects. `over` is final.
 *
 * @example The stream is over when all receivers were asked and have left
 * ```ts
 * import assert from "node:assert/strict";
 * import { NO_AUDIENCE, stepAudience } from "./audience_state.ts";
 * const rules = { isToRoom: false, self: "amy" };
 * const asked = stepAudience(NO_AUDIENCE, { kind: "ask" }, rules).state;
 * const waiting = stepAudience(asked, { kind: "all-asked" }, rules).state;
 * assert.equal(waiting.at, "asked");
 * const left = { kind: "left", account: "bob", end: { reason: "done" } } as const;
 * assert.deepEqual(stepAudience(waiting, left, rules).state, { at: "over", end: left.end });
 * ```
 */
export function stepAudience(
  state: AudienceState,
  input: AudienceInput,
  rules: AudienceRules,
): AudienceStep {
  if (state.at === "over") return { state, effects: [] };
  switch (input.kind) {
    case "ask":
      return go({ ...state, open: state.open + 1 });
    case "all-asked":
      return settle({ ...state, at: "asked" });
    case "hold":
      return hold(state, true, rules);
    case "release":
      return hold(state, false, rules);
    case "changed":
      return change(state, input, rules);
    case "left":
      return leave(state, input, rules);
  }
}

/** Whether we have paused the stream: a receiver that is asked now starts paused. */
export function isHeldByUs(state: AudienceState): boolean {
  return state.at !== "over" && state.held;
}

function hold(state: Lasting, held: boolean, { isToRoom, self }: AudienceRules): AudienceStep {
  if (state.held === held) return go(state);
  const effects: AudienceEffect[] = [{ effect: held ? "pause" : "resume" }];
  // A single receiver reports it itself.
  if (isToRoom && state.begun) {
    effects.push(held ? { effect: "report-held", by: self } : { effect: "report-running" });
  }
  return go({ ...state, held }, ...effects);
}

function change(
  state: Lasting,
  { account, state: shown }: Extract<AudienceInput, { kind: "changed" }>,
  { isToRoom, self }: AudienceRules,
): AudienceStep {
  if (isToRoom && state.begun) return go(state);
  if (shown.at === "streaming") return go({ ...state, begun: true }, { effect: "report-running" });
  if (shown.at !== "paused") return go(state);
  return go(state, { effect: "report-held", by: shown.by === "us" ? self : account });
}

function leave(
  state: Lasting,
  { account, end }: Extract<AudienceInput, { kind: "left" }>,
  { isToRoom }: AudienceRules,
): AudienceStep {
  const left = settle({ ...state, open: state.open - 1, ends: [...state.ends, end] });
  const isNews = isToRoom && end.reason !== "done" && !isOurs(end);
  if (!isNews) return left;
  return { ...left, effects: [{ effect: "report-left", account, end }, ...left.effects] };
}

function settle(state: Lasting): AudienceStep {
  if (state.at === "asking" || state.open > 0) return go(state);
  const end = endOfAll(state.ends);
  return go({ at: "over", end }, { effect: "end", end });
}

/** Combines the ends of several receivers: a failure on this side comes first, then success, then an end by others. */
function endOfAll(ends: readonly StreamEnd[]): StreamEnd {
  return ends.find((end) => end.reason === "failed" && isOurs(end)) ??
    ends.find(({ reason }) => reason === "done") ??
    ends.find(isOurs) ??
    ends.find(({ reason }) => reason !== "rejected") ??
    ends[0] ?? { reason: "stopped", by: "us" };
}

function isOurs(end: StreamEnd): boolean {
  return "by" in end && end.by === "us";
}

function go(state: AudienceState, ...effects: readonly AudienceEffect[]): AudienceStep {
  return { state, effects };
}
