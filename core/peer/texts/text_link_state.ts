/**
 * The state of a text link: one value and one pure step function.
 *
 * ```text
 * open -> retiring (this side asked the other to close), leaving (the other side asked) -> closed
 * ```
 *
 * @module
 */

import type { TextLinkEnd } from "../links/errors.ts";

/** The timeouts of a text link, in milliseconds. */
export interface TextTimes {
  /** Silence of the other side after which it is pinged. */
  readonly pingMs: number;
  /** Time limit for an answer (a pong, a receipt, the end after a bye). */
  readonly answerMs: number;
  /** Time without a message after which the link is closed. */
  readonly idleMs: number;
}

/** The default timeouts. */
export const TEXT_TIMES: TextTimes = { pingMs: 30_000, answerMs: 15_000, idleMs: 15 * 60_000 };

/** When a link was last used, in milliseconds of the clock. */
export interface TextLinkUses {
  /** When the last line was received. */
  readonly heardMs: number;
  /** When the last message was transferred, in either direction. */
  readonly usedMs: number;
  /** When the unanswered ping was sent. */
  readonly pingedMs: number | undefined;
}

/** The state of a text link. */
export type TextLinkState =
  /** New messages may be sent. */
  | ({ readonly at: "open" } & TextLinkUses)
  /** We said bye: the other side closes the link once it has sent everything. */
  | ({ readonly at: "retiring"; readonly byeMs: number } & TextLinkUses)
  /** The other side said bye: we close the link once all our messages are acknowledged. */
  | ({ readonly at: "leaving" } & TextLinkUses)
  | { readonly at: "closed"; readonly end: TextLinkEnd };

/** An input of {@linkcode stepTextLink}. */
export type TextLinkInput =
  /** A line was received; `used`: it is a message. */
  | { readonly kind: "heard"; readonly nowMs: number; readonly used: boolean }
  /** A message was sent. */
  | { readonly kind: "sent"; readonly nowMs: number }
  /** The other side said bye. */
  | { readonly kind: "bye" }
  /** No message of ours waits for its receipt. */
  | { readonly kind: "settled" }
  /** There is another link, or this one is idle. */
  | { readonly kind: "retire"; readonly nowMs: number }
  /** Some time has passed. */
  | {
    readonly kind: "tick";
    readonly nowMs: number;
    /** When the oldest message that waits for its receipt was sent. */
    readonly oldestMs: number | undefined;
    /** Whether an idle link is kept, because something else with the account may need it. */
    readonly isNeeded: boolean;
  }
  /** The link has ended, or is to end. */
  | { readonly kind: "close"; readonly end: TextLinkEnd };

/** What the caller has to send after a step. On entering `closed` it also has to close the link. */
export type TextLinkEffect = "say-bye" | "ping";

/** The next state and its effects. */
export interface TextLinkStep {
  /** The next state. */
  readonly state: TextLinkState;
  /** In order. */
  readonly effects: readonly TextLinkEffect[];
}

/** The state of a link that was just opened. */
export function openTextLink(nowMs: number): TextLinkState {
  return { at: "open", heardMs: nowMs, usedMs: nowMs, pingedMs: undefined };
}

/**
 * Returns the next state and its effects. `closed` is final.
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
