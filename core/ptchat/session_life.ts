/**
 * The lifecycle of a PTCHAT session, from the greeting to the goodbye, as a value and a pure step.
 *
 * ```text
 * open: stranger <-> password ... -> in      open -> closed
 * ```
 *
 * @module
 */
import type { PtchatLine } from "./line_splitter.ts";
import {
  awaitsPassword,
  type PtchatAct,
  type PtchatRules,
  type PtchatState,
  stepPtchat,
  STRANGER,
} from "./session.ts";

/** State of a session. */
export type PtchatLife =
  | {
    readonly at: "open";
    /** State of the user. */
    readonly user: PtchatState;
    /**
     * The client sends no line ends, like the one in PTCHAT's manual, which reads 1024 bytes for each line that it sends:
     * answers have to be short.
     */
    readonly isTerse: boolean;
    /** When the session began, by a monotonic clock. */
    readonly openedMs: number;
    /** Time of the user's last activity. */
    readonly heardMs: number;
  }
  | { readonly at: "closed" };

/** An input of {@linkcode stepPtchatLife}. */
export type PtchatInput =
  /** A line was received, perhaps without an end; it is queued. */
  | { readonly kind: "heard"; readonly isUnterminated: boolean; readonly nowMs: number }
  /** A queued line is handled. */
  | { readonly kind: "line"; readonly line: PtchatLine; readonly rules: PtchatRules }
  /** A password was checked: the time it took does not count against the user's deadlines. */
  | { readonly kind: "checked"; readonly nowMs: number }
  /** The user has got a name, and is in a room. */
  | {
    readonly kind: "entered";
    readonly name: string;
    readonly guest: boolean;
    readonly room: string;
  }
  /** The user has another name. */
  | { readonly kind: "renamed"; readonly name: string }
  /** The user is in another room. */
  | { readonly kind: "moved"; readonly room: string }
  /** Checks the deadlines. `waitsForServer`: a line is being handled, so the user cannot do anything. */
  | {
    readonly kind: "tick";
    readonly nowMs: number;
    readonly waitsForServer: boolean;
    readonly deadlines: PtchatDeadlines;
  }
  /** The client speaks another protocol: the session is dropped. */
  | { readonly kind: "dismiss" }
  /** Ends the session. */
  | { readonly kind: "close"; readonly reason: string };

/** How long a connection may stay without signing in, in milliseconds. */
export interface PtchatDeadlines {
  /** Without activity. */
  readonly registrationMs: number;
  /** In all. */
  readonly signInMs: number;
}

/** What the caller has to do: an act of the user, forget the session, or close it. */
export type PtchatLifeAct =
  | Exclude<PtchatAct, { readonly act: "quit" }>
  | { readonly act: "nothing" | "forget" }
  | { readonly act: "close"; readonly reason: string };

/** The state after an input, and what to do. */
export interface PtchatLifeStep {
  readonly life: PtchatLife;
  readonly act: PtchatLifeAct;
  /** See {@linkcode PtchatStep.secret}. */
  readonly secret?: string | undefined;
}

const NOTHING = { act: "nothing" } as const;
const CLOSED: PtchatLife = Object.freeze({ at: "closed" });

/** A session that begins at `nowMs`, by a monotonic clock. */
export function newPtchatLife(nowMs: number): PtchatLife {
  return { at: "open", user: STRANGER, isTerse: false, openedMs: nowMs, heardMs: nowMs };
}

/**
 * The next state, and what to do. An input that does not apply to a state is ignored; nothing leaves "closed", and
 * "close" or "forget" is returned once.
 *
 * @example A stranger who is silent for a minute is disconnected
 * ```ts
 * import assert from "node:assert/strict";
 * import { newPtchatLife, stepPtchatLife } from "./session_life.ts";
 * const deadlines = { registrationMs: 60_000, signInMs: 600_000 };
 * const tick = { kind: "tick", nowMs: 60_001, waitsForServer: false, deadlines } as const;
 * assert.deepEqual(stepPtchatLife(newPtchatLife(0), tick), {
 *   life: { at: "closed" }, act: { act: "close", reason: "Sign-in timed out" },
 * });
 * ```
 */
export function stepPtchatLife(life: PtchatLife, input: PtchatInput): PtchatLifeStep {
  if (life.at === "closed") return { life, act: NOTHING };
  const { user } = life;
  switch (input.kind) {
    case "heard": {
      const isTerse = life.isTerse || input.isUnterminated;
      return { life: { ...life, isTerse, heardMs: input.nowMs }, act: NOTHING };
    }
    case "checked":
      return { life: { ...life, heardMs: input.nowMs }, act: NOTHING };
    case "entered": {
      const { name, guest, room } = input;
      return { life: { ...life, user: { at: "in", name, guest, room } }, act: NOTHING };
    }
    case "renamed":
      return user.at === "in"
        ? { life: { ...life, user: { ...user, name: input.name } }, act: NOTHING }
        : { life, act: NOTHING };
    case "moved":
      return user.at === "in"
        ? { life: { ...life, user: { ...user, room: input.room } }, act: NOTHING }
        : { life, act: NOTHING };
    case "line":
      return takeLine(life, input);
    case "tick":
      return isOverdue(life, input) ? close("Sign-in timed out") : { life, act: NOTHING };
    case "dismiss":
      return { life: CLOSED, act: { act: "forget" } };
    case "close":
      return close(input.reason);
  }
}

/** The room the user is in; `undefined` for a stranger. */
export function roomNameOf(life: PtchatLife): string | undefined {
  return life.at === "open" && life.user.at === "in" ? life.user.room : undefined;
}

/** Whether the next line is treated as a password. */
export function isAwaitingPassword(life: PtchatLife): boolean {
  return life.at === "open" && awaitsPassword(life.user);
}

type OpenLife = Extract<PtchatLife, { readonly at: "open" }>;

function takeLine(
  life: OpenLife,
  { line, rules }: Extract<PtchatInput, { readonly kind: "line" }>,
): PtchatLifeStep {
  const { state, act, secret } = stepPtchat(life.user, line, rules);
  if (act.act === "quit") return close("Signed out");
  return { life: state === life.user ? life : { ...life, user: state }, act, secret };
}

function isOverdue(
  { user, openedMs, heardMs }: OpenLife,
  { nowMs, waitsForServer, deadlines }: Extract<PtchatInput, { readonly kind: "tick" }>,
): boolean {
  if (user.at === "in" || waitsForServer) return false;
  return nowMs - heardMs > deadlines.registrationMs || nowMs - openedMs > deadlines.signInMs;
}

function close(reason: string): PtchatLifeStep {
  return { life: CLOSED, act: { act: "close", reason } };
}
