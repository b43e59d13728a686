/**
 * The life of a text link, as one value and one pure step function.
 *
 * ```text
 * open -> retiring (this side asked the other to close), leaving (the other side asked) -> closed
 * ```
 *
 * @module
 */

import type { TextLinkEnd } from "../links/errors.ts";

/** The waits of a text link, in milliseconds. */
export interface TextTimes {
  /** After so much silence of the other side it is pinged. */
  readonly pingMs: number;
  /** How long an answer (a pong, a receipt, the end after a bye) may take. */
  readonly answerMs: number;
  /** After so long without a message the link is closed. */
  readonly idleMs: number;
}

/** What is used unless said otherwise. */
export const TEXT_TIMES: TextTimes = { pingMs: 30_000, answerMs: 15_000, idleMs: 15 * 60_000 };

/** When a link was of use, in milliseconds of the clock. */
export interface TextLinkUses {
  /** When the other side said something last. */
  readonly heardMs: number;
  /** When a message went over the link last, in either direction. */
  readonly usedMs: number;
  /** The ping that is not answered yet. */
  readonly pingedMs: number | undefined;
}

/** Where a text link is. */
export type TextLinkState =
  /** New messages may go this way. */
  | ({ readonly at: "open" } & TextLinkUses)
  /** We said bye: the other side closes the link when it has sent what it has to. */
  | ({ readonly at: "retiring"; readonly byeMs: number } & TextLinkUses)
  /** The other side said bye: the link is closed when all of ours is acknowledged. */
  | ({ readonly at: "leaving" } & TextLinkUses)
  | { readonly at: "closed"; readonly end: TextLinkEnd };

/** What happens to a text link. */
export type TextLinkInput =
  /** A line came; `used` when it is a message. */
  | { readonly kind: "heard"; readonly nowMs: number; readonly used: boolean }
  /** A message of ours is on its way. */
  | { readonly kind: "sent"; readonly nowMs: number }
  /** The other side said bye. */
  | { readonly kind: "bye" }
  /** Nothing of ours waits for its receipt. */
  | { readonly kind: "settled" }
  /** There is another link, or this one is idle. */
  | { readonly kind: "retire"; readonly nowMs: number }
  /** Some time has passed. */
  | {
    readonly kind: "tick";
    readonly nowMs: number;
    /** When the oldest message was sent that waits for its receipt. */
    readonly oldestMs: number | undefined;
    /** Whether an idle link is kept: something else goes on with the account. */
    readonly isNeeded: boolean;
  }
  /** The link has ended, or is to end. */
  | { readonly kind: "close"; readonly end: TextLinkEnd };

/** What the shell has to write after a step. On entering "closed" it closes the link as well. */
export type TextLinkEffect = "say-bye" | "ping";

/** The next state, and what to do. */
export interface TextLinkStep {
  /** Where the link is now. */
  readonly state: TextLinkState;
  /** In order. */
  readonly effects: readonly TextLinkEffect[];
}

/** A link that has just been opened. */
export function openTextLink(nowMs: number): TextLinkState {
  return { at: "open", heardMs: nowMs, usedMs: nowMs, pingedMs: undefined };
}

/**
 * The next state. Nothing leaves "closed".
 *
 * @example A silent link is pinged; without an answer it is closed
 * ```ts
 * import assert from "node:assert/strict";
 * import { openTextLink, stepTextLink, TEXT_TIMES } from "./text_link_state.ts";
 * const tick = (nowMs: number) =>
 *   ({ kind: "tick", nowMs, oldestMs: undefined, isNeeded: false }) as const;
 * const pinged = stepTextLink(openTextLink(0), tick(30_000), TEXT_TIMES);
 * assert.deepEqual(pinged.effects, ["ping"]);
 * assert.equal(stepTextLink(pinged.state, tick(45_000), TEXT_TIMES).state.at, "closed");
 * ```
 */
export function stepTextLink(
  state: TextLinkState,
  input: TextLinkInput,
  times: TextTimes,
): TextLinkStep {
  if (state.at === "closed") return { state, effects: [] };
  switch (input.kind) {
    case "heard": {
      const { nowMs, used } = input;
      return stay({ ...state, heardMs: nowMs, usedMs: used ? nowMs : state.usedMs });
    }
    case "sent":
      return stay({ ...state, usedMs: input.nowMs });
    case "bye":
      return stay({ ...state, at: "leaving" });
    case "settled":
      return state.at === "leaving" ? close({ kind: "bye" }) : stay(state);
    case "retire":
      return retire(state, input.nowMs);
    case "tick":
      return tick(state, input, times);
    case "close":
      return close(input.end);
  }
}

type Living = Exclude<TextLinkState, { at: "closed" }>;
type LivingStep = TextLinkStep & { readonly state: Living };

function retire(state: Living, nowMs: number): LivingStep {
  if (state.at !== "open") return stay(state);
  return { state: { ...state, at: "retiring", byeMs: nowMs }, effects: ["say-bye"] };
}

/** Closes a link whose answer is overdue, retires an idle one, pings one that is silent. */
function tick(
  state: Living,
  { nowMs, oldestMs, isNeeded }: Extract<TextLinkInput, { kind: "tick" }>,
  { pingMs, answerMs, idleMs }: TextTimes,
): TextLinkStep {
  const isAnswered = state.pingedMs !== undefined && state.heardMs >= state.pingedMs;
  const pingedMs = isAnswered ? undefined : state.pingedMs;
  const byeMs = state.at === "retiring" ? state.byeMs : undefined;
  const isOverdue = [pingedMs, oldestMs, byeMs]
    .some((sinceMs) => sinceMs !== undefined && nowMs - sinceMs >= answerMs);
  if (isOverdue) return close({ kind: "silent" });
  const isIdle = nowMs - state.usedMs >= idleMs && !isNeeded;
  const { state: next, effects } = isIdle ? retire(state, nowMs) : stay(state);
  const isSilent = pingedMs === undefined && nowMs - state.heardMs >= pingMs;
  if (!isSilent) return { state: { ...next, pingedMs }, effects };
  return { state: { ...next, pingedMs: nowMs }, effects: [...effects, "ping"] };
}

function close(end: TextLinkEnd): TextLinkStep {
  return { state: { at: "closed", end }, effects: [] };
}

function stay(state: Living): LivingStep {
  return { state, effects: [] };
}
