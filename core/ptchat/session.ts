/**
 * One PTCHAT user's way from stranger to signed in, as a state and a pure step.
 *
 * @module
 */
import { isPassword, parseLine, type PtchatCommand } from "./command.ts";
import { formatFault, formatHelp, formatNotice } from "./format.ts";
import type { Line } from "./line_splitter.ts";
import { isAccountName } from "../irc/names.ts";

/** Where a user stands. */
export type PtchatState =
  /** `tried`: has given a password, so that a bare word may be one once more, and is no name. */
  | { readonly at: "stranger"; readonly tried: boolean }
  /** The next line is a password. */
  | { readonly at: "password"; readonly want: "login" | "register"; readonly name: string }
  | { readonly at: "in"; readonly name: string; readonly guest: boolean; readonly room: string }
  | { readonly at: "gone" };

/** What the door has to do after a line. `reply` is text to send; all else asks the server for something. */
export type PtchatAct =
  | { readonly act: "reply"; readonly text: string }
  | { readonly act: "login" | "register"; readonly name: string; readonly password: string }
  | { readonly act: "name"; readonly name: string }
  | { readonly act: "say"; readonly text: string }
  | { readonly act: "tag"; readonly user: string; readonly text: string }
  | { readonly act: "private"; readonly user: string; readonly text: string }
  | { readonly act: "users" | "rooms" | "quit" }
  | { readonly act: "history"; readonly lines: number }
  | { readonly act: "join"; readonly room: string }
  | { readonly act: "nothing" };

/** The state after a line, and what to do. */
export interface PtchatStep {
  readonly state: PtchatState;
  readonly act: PtchatAct;
}

/**
 * Takes one line. After `login`, `register`, `name` and `join` the door itself sets the state `in` once the
 * server has agreed; until then the user is where they were.
 *
 * @param guests Whether a stranger may talk with just a name.
 *
 * @example The password is asked for, and never said in the room
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
export function stepPtchat(
  state: PtchatState,
  line: Line,
  { guests }: { readonly guests: boolean },
): PtchatStep {
  if (state.at === "gone") return { state, act: { act: "nothing" } };
  if (line.kind !== "text") {
    const text = line.kind === "too-long"
      ? formatFault({ kind: "wrong", fault: "too-long", given: "" })
      : formatNotice("Not sent: that was not UTF-8 text.");
    return { state: state.at === "password" ? TRIED : state, act: { act: "reply", text } };
  }
  if (state.at === "password") return stepPassword(state, line.text);
  const command = parseLine(line.text);
  return state.at === "in" ? stepIn(state, command) : stepStranger(state, command, guests);
}

type Stranger = Extract<PtchatState, { at: "stranger" }>;

/** Where everybody begins. */
export const STRANGER: Stranger = Object.freeze({ at: "stranger", tried: false });
const TRIED: Stranger = Object.freeze({ at: "stranger", tried: true });

function stepPassword(
  { want, name }: Extract<PtchatState, { at: "password" }>,
  text: string,
): PtchatStep {
  if (text.trim() === "~:q!:") return { state: { at: "gone" }, act: { act: "quit" } };
  if (isPassword(text)) {
    return { state: TRIED, act: { act: want, name, password: text } };
  }
  return reply(TRIED, formatFault({ kind: "wrong", fault: "bad-password", given: "" }));
}

function stepStranger(state: Stranger, command: PtchatCommand, guests: boolean): PtchatStep {
  switch (command.kind) {
    case "login":
    case "register":
      return stepCredentials(command);
    case "name":
      return guests
        ? { state, act: { act: "name", name: command.name } }
        : signInFirst(state, guests);
    case "say":
      return guests && !state.tried && isAccountName(command.text)
        ? { state, act: { act: "name", name: command.text } }
        : signInFirst(state, guests);
    case "quit":
      return { state: { at: "gone" }, act: { act: "quit" } };
    case "help":
      return reply(state, formatHelp());
    case "wrong":
      return reply(command.fault === "bad-password" ? TRIED : state, formatFault(command));
    default:
      return signInFirst(state, guests);
  }
}

function stepIn(
  state: Extract<PtchatState, { at: "in" }>,
  command: PtchatCommand,
): PtchatStep {
  switch (command.kind) {
    case "login":
    case "register":
    case "name":
      return reply(state, formatNotice(`You are signed in as ${state.name}; ~:q!: signs you out.`));
    case "quit":
      return { state: { at: "gone" }, act: { act: "quit" } };
    case "help":
      return reply(state, formatHelp());
    case "wrong":
      return reply(state, formatFault(command));
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
  if (password !== undefined) return { state: TRIED, act: { act: kind, name, password } };
  const whose = kind === "login" ? `Password of ${name}:` : `A password for ${name}:`;
  return reply({ at: "password", want: kind, name }, formatNotice(whose));
}

function signInFirst(state: Stranger, guests: boolean): PtchatStep {
  const name = !guests ? "" : state.tried ? "~:name NAME: for a guest, or " : "type a name, or ";
  return reply(
    state,
    formatNotice(`Sign in first: ${name}~:login NAME: or ~:register NAME: (~:help: tells more).`),
  );
}

function reply(state: PtchatState, text: string): PtchatStep {
  return { state, act: { act: "reply", text } };
}
