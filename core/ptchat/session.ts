/**
 * The state machine of a PTCHAT user, from stranger to signed in: a state and a pure step.
 *
 * @module
 */
import { isAccountName } from "../ground/names.ts";
import type { SignInLineOptions } from "../ground/sign_in_words.ts";
import { isPassword, parseLine, type PtchatCommand } from "./command.ts";
import { formatFault, formatHelp, formatNotice } from "./format.ts";
import type { PtchatLine } from "./line_splitter.ts";

/** State of a user. */
export type PtchatState =
  /** `tried`: has given a password, so a bare word may be a password again and is not taken as a name. */
  | { readonly at: "stranger"; readonly tried: boolean }
  /** The next line is the password for `want`; "refused-password": it is a password to be discarded. */
  | { readonly at: "password"; readonly want: "login" | "register"; readonly name: string }
  | { readonly at: "refused-password"; readonly back: StrangerState | InState }
  | { readonly at: "in"; readonly name: string; readonly guest: boolean; readonly room: string };

/** Neither signed in nor a guest. */
export type StrangerState = Extract<PtchatState, { at: "stranger" }>;
/** Signed in, or a guest. */
export type InState = Extract<PtchatState, { at: "in" }>;

/** What to do after a line. `reply` is text to send; the others are requests to the server. */
export type PtchatAct =
  | { readonly act: "reply"; readonly text: string }
  | { readonly act: "login" | "register"; readonly name: string; readonly password: string }
  | { readonly act: "name"; readonly name: string }
  | { readonly act: "say"; readonly text: string }
  | { readonly act: "tag"; readonly user: string; readonly text: string }
  | { readonly act: "private"; readonly user: string; readonly text: string }
  | { readonly act: "users" | "rooms" }
  | { readonly act: "history"; readonly lines: number }
  | { readonly act: "join"; readonly room: string }
  | { readonly act: "quit" };

/** The state after a line, and what to do. */
export interface PtchatStep {
  readonly state: PtchatState;
  readonly act: PtchatAct;
  /** A password, or a line typed as one, to be remembered for {@linkcode PtchatRules.isSecret}. */
  readonly secret?: string;
}

/** Settings of {@linkcode stepPtchat}. */
export interface PtchatRules extends SignInLineOptions {
  /** Whether guests are allowed. */
  readonly guests: boolean;
  /** Whether a line equals a password given before on this connection. */
  readonly isSecret?: (line: string) => boolean;
}

/**
 * Handles one line. After `login`, `register`, `name` and `join` the caller sets the state `in` once the
 * server has accepted; until then the state is unchanged.
 *
 * @example The password is asked for, and never sent to the room
 * ```ts
 * import assert from "node:assert/strict";
 * import { stepPtchat } from "./session.ts";
 * const line = (text: string) => ({ kind: "text", text }) as const;
 * const asked = stepPtchat({ at: "stranger", tried: false }, line("~:login bob:"), { guests: false });
 * assert.deepEqual(asked.state, { at: "password", want: "login", name: "bob" });
 * const given = stepPtchat(asked.state, line("sesame"), { guests: false });
 * assert.deepEqual(given.act, { act: "login", name: "bob", password: "sesame" });
 * ```
 */
export function stepPtchat(state: PtchatState, line: PtchatLine, rules: PtchatRules): PtchatStep {
  if (line.kind !== "text") return stepNoText(state, line.kind);
  if (state.at === "password") return stepPassword(state, line.text);
  if (state.at === "refused-password") return stepRefusedPassword(state.back, line.text, rules);
  const command = parseLine(line.text, rules);
  const texts = "user" in command ? [line.text, command.text] : [line.text];
  if (rules.isSecret && texts.some(rules.isSecret)) return reply(state, formatNotice(NOT_SAID));
  return state.at === "in" ? stepIn(state, command) : stepStranger(state, command, rules);
}

/** The initial state. */
export const STRANGER: StrangerState = Object.freeze({ at: "stranger", tried: false });
const TRIED: StrangerState = Object.freeze({ at: "stranger", tried: true });

/** Whether the next line is treated as a password. */
export function awaitsPassword({ at }: PtchatState): boolean {
  return at === "password" || at === "refused-password";
}

const NOT_SAID = "Not said: that is the password you gave.";
const NEXT_LINE = "Your next line is taken as a password, and not said.";
const WAS_PASSWORD = "Not said: it was taken as a password, for a sign-in that was refused.";

/** Commands that are never passwords, and send nothing to others. */
const HARMLESS: ReadonlySet<PtchatCommand["kind"]> = new Set(
  ["users", "rooms", "help", "quit", "history", "join", "login", "register"] as const,
);

function stepNoText(
  state: PtchatState,
  kind: Exclude<PtchatLine["kind"], "text">,
): PtchatStep {
  const text = kind === "too-long"
    ? formatFault({ fault: "too-long", given: "" })
    : formatNotice("Not sent: that was not UTF-8 text.");
  if (state.at === "password") return reply(TRIED, text);
  return reply(state.at === "refused-password" ? state.back : state, text);
}

function stepPassword(
  state: Extract<PtchatState, { at: "password" }>,
  text: string,
): PtchatStep {
  if (text.trim() === "~:q!:") return { state, act: { act: "quit" } };
  const { want, name } = state;
  if (isPassword(text)) {
    return { state: TRIED, act: { act: want, name, password: text }, secret: text };
  }
  return { ...reply(TRIED, formatFault({ fault: "bad-password", given: "" })), secret: text };
}

/** A sign-in was refused before its password: the line with the password is discarded. */
function stepRefusedPassword(
  back: StrangerState | InState,
  text: string,
  rules: PtchatRules,
): PtchatStep {
  if (HARMLESS.has(parseLine(text).kind)) return stepPtchat(back, { kind: "text", text }, rules);
  if (text.trim() === "") return refuseSignIn(back, "");
  const state = back.at === "stranger" ? TRIED : back;
  return { ...reply(state, formatNotice(WAS_PASSWORD)), secret: text };
}

/** Refuses a sign-in, and treats the next line as its password. */
function refuseSignIn(back: StrangerState | InState, why: string): PtchatStep {
  return reply({ at: "refused-password", back }, `${why}${formatNotice(NEXT_LINE)}`);
}

/** Words that people and programs send to try a protocol, which are not taken as guest names. */
const HABITS: ReadonlySet<string> = new Set([
  ...["help", "quit", "exit", "bye", "logout", "login", "register", "hello", "hi", "hey", "test"],
  ...["who", "list", "users", "names", "rooms", "nick", "user", "pass", "join", "part", "msg"],
  ...["get", "put", "post", "head", "options", "connect", "ping", "pong", "cap", "auth", "noop"],
]);

function isHabit(word: string): boolean {
  return HABITS.has(word.toLowerCase());
}

function stepStranger(
  state: StrangerState,
  command: PtchatCommand,
  { guests }: { readonly guests: boolean },
): PtchatStep {
  switch (command.kind) {
    case "login":
    case "register":
      return stepCredentials(command);
    case "name":
      return guests
        ? { state, act: { act: "name", name: command.name } }
        : signInFirst(state, guests);
    case "say":
      return guests && !state.tried && isAccountName(command.text) && !isHabit(command.text)
        ? { state, act: { act: "name", name: command.text } }
        : signInFirst(state, guests);
    case "quit":
      return { state, act: { act: "quit" } };
    case "help":
      return reply(state, formatHelp());
    case "wrong":
      return command.isSignIn
        ? refuseSignIn(TRIED, formatFault(command))
        : reply(state, formatFault(command));
    default:
      return signInFirst(state, guests);
  }
}

function stepIn(state: InState, command: PtchatCommand): PtchatStep {
  const alreadyIn = formatNotice(`You are signed in as ${state.name}; ~:q!: signs you out.`);
  switch (command.kind) {
    case "login":
    case "register":
      return command.password === undefined
        ? refuseSignIn(state, alreadyIn)
        : { ...refuseSignIn(state, alreadyIn), secret: command.password };
    case "name":
      return reply(state, alreadyIn);
    case "quit":
      return { state, act: { act: "quit" } };
    case "help":
      return reply(state, formatHelp());
    case "wrong":
      return command.isSignIn
        ? refuseSignIn(state, formatFault(command))
        : reply(state, formatFault(command));
    case "users":
    case "rooms":
      return { state, act: { act: command.kind } };
    case "say":
      return { state, act: { act: "say", text: command.text } };
    case "history":
      return { state, act: { act: "history", lines: command.lines } };
    case "join":
      return { state, act: { act: "join", room: command.room } };
    case "tag":
    case "private":
      return { state, act: { act: command.kind, user: command.user, text: command.text } };
  }
}

function stepCredentials(
  { kind, name, password }: Extract<PtchatCommand, { kind: "login" | "register" }>,
): PtchatStep {
  if (password !== undefined) {
    return { state: TRIED, act: { act: kind, name, password }, secret: password };
  }
  const whose = kind === "login" ? `Password of ${name}:` : `A password for ${name}:`;
  return reply({ at: "password", want: kind, name }, formatNotice(whose));
}

function signInFirst(state: StrangerState, guests: boolean): PtchatStep {
  const name = !guests ? "" : state.tried ? "~:name NAME: for a guest, or " : "type a name, or ";
  return reply(
    state,
    formatNotice(`Sign in first: ${name}~:login NAME: or ~:register NAME: (~:help: tells more).`),
  );
}

function reply(state: PtchatState, text: string): PtchatStep {
  return { state, act: { act: "reply", text } };
}
