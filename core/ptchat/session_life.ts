/**
 * The life of one session at the PTCHAT door, from the greeting to the goodbye, as a value and a pure step.
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

/** Where a session is in its life. */
export type PtchatLife =
  | {
    readonly at: "open";
    /** How far the user has come. */
    readonly user: PtchatState;
    /**
     * Sends no line ends, as the client in PTCHAT's manual, which reads 1024 bytes for each line that it sends: answers
     * have to be short.
     */
    readonly isTerse: boolean;
    /** When it began, by a steady clock. */
    readonly openedMs: number;
    /** When the user did something last. */
    readonly heardMs: number;
  }
  | { readonly at: "closed" };

/** What happens to a session. */
export type PtchatInput =
  /** A line came, perhaps without an end; it is worked off when its turn comes. */
  | { readonly kind: "heard"; readonly isUnterminated: boolean; readonly nowMs: number }
  /** It is a line's turn. */
  | { readonly kind: "line"; readonly line: PtchatLine; readonly rules: PtchatRules }
  /** A password was checked: what took the server long is not held against the user. */
  | { readonly kind: "checked"; readonly nowMs: number }
  /** The user has a name now, and is in a room. */
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
  /** A look at the deadlines. `waitsForServer`: a line is being worked on, so the user cannot do anything. */
  | {
    readonly kind: "tick";
    readonly nowMs: number;
    readonly waitsForServer: boolean;
    readonly deadlines: PtchatDeadlines;
  }
  /** It was a program that speaks something else: there is no session here. */
  | { readonly kind: "dismiss" }
  /** It is to end. */
  | { readonly kind: "close"; readonly reason: string };

/** How long somebody may stay without signing in, in milliseconds. */
export interface PtchatDeadlines {
  /** Without saying anything. */
  readonly registrationMs: number;
  /** In all. */
  readonly signInMs: number;
}

/** What the door has to do: what the user asks for, to forget the session, or to say goodbye. */
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

/** A session that begins at `nowMs`, of a steady clock. */
export function newPtchatLife(nowMs: number): PtchatLife {
  return { at: "open", user: STRANGER, isTerse: false, openedMs: nowMs, heardMs: nowMs };
}

/**
 * The next state, and what to do. An input that makes no sense in a state changes nothing; nothing leaves "closed", and
 * "close" or "forget" is asked for once.
 *
 * @example Who says nothing for a minute, and is not signed in, has to go
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

/** The room the user is in; `undefined` while not signed in, and no guest. */
export function roomNameOf(life: PtchatLife): string | undefined {
  return life.at === "open" && life.user.at === "in" ? life.user.room : undefined;
}

/** Whether the next line is taken as a password. */
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
