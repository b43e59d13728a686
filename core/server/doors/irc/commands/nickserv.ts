/**
 * NickServ: accounts for clients that support neither SASL nor REGISTER, by `/msg NickServ` or `NS`.
 *
 * @module
 */
import { MAX_NICK_BYTES } from "../../../../ground/names.ts";
import { isNearSignInWord } from "../../../../ground/sign_in_words.ts";
import { adviceOnPassword } from "../../../../identity/password.ts";
import { fitText } from "../../../../irc/message.ts";
import { changeOwnPassword, dropOwnAccount } from "../../../acts/accounts.ts";
import { knownPeople, type KnownPerson } from "../../../acts/people.ts";
import { accountRefusalText } from "../../../acts/refusal_words.ts";
import { giveUpRoom } from "../../../acts/rooms.ts";
import { checkSignIn, completeSignIn, signOutSession } from "../../../acts/sign_in.ts";
import type { ChangeRefusal } from "../../../common/outcomes.ts";
import type { IrcSession } from "../session/session.ts";
import {
  type CommandResult,
  type Continuation,
  continueWith,
  type LongAnswer,
} from "../session/session_state.ts";
import {
  afterSignIn,
  registerIrcAccount,
  showSignedIn,
  showSignedOut,
} from "../session/sign_in.ts";

/** The service's nick. */
export const SERVICE = "NickServ";

interface ServiceCommand {
  readonly usage: string;
  readonly words: readonly [min: number, max: number];
  run(session: IrcSession, words: readonly string[]): CommandResult;
}

const COMMANDS: Readonly<Record<string, ServiceCommand>> = {
  REGISTER: { usage: "REGISTER [NAME] PASSWORD: makes an account", words: [1, 2], run: register },
  IDENTIFY: { usage: "IDENTIFY [NAME] PASSWORD: signs in", words: [1, 2], run: identify },
  LOGOUT: { usage: "LOGOUT: signs out", words: [0, 0], run: logout },
  PASSWD: { usage: "PASSWD OLD NEW: changes the password", words: [2, 2], run: passwd },
  PASSWD64: { usage: "PASSWD64 OLD NEW: the same, both in base64", words: [2, 2], run: passwd64 },
  DROP: { usage: "DROP PASSWORD: deletes the account", words: [1, 1], run: drop },
  DISOWN: { usage: "DISOWN #ROOM: gives up a room you made", words: [1, 1], run: disown },
  USERS: { usage: "USERS: lists everybody known, here or not", words: [0, 0], run: users },
  HELP: { usage: "HELP: shows this", words: [0, 9], run: help },
};

/** Runs a message to NickServ. */
export function service(session: IrcSession, text: string): CommandResult {
  const [name = "HELP", ...words] = text.trim().split(/ +/);
  const command = COMMANDS[name.toUpperCase()];
  if (!command) {
    if (isNearSignInWord(name)) session.secrets.add(words.at(-1) ?? ""); // likely a password
    return session.reply.fail(
      "NS",
      "UNKNOWN_COMMAND",
      [],
      `Unknown command: ${fitText(name, MAX_NICK_BYTES)}. Try HELP`,
    );
  }
  const [min, max] = command.words;
  if (words.length < min || words.length > max) {
    return session.reply.fail("NS", "NEED_MORE_PARAMS", [], `Usage: ${command.usage}`);
  }
  return command.run(session, words);
}

function register(session: IrcSession, words: readonly string[]): void | Continuation {
  if (session.account !== undefined) return already(session);
  const [name = "", password = ""] = words.length === 2 ? words : [session.nick, words[0]];
  return registerIrcAccount(session, "NS", { name, password });
}

function identify(session: IrcSession, words: readonly string[]): void | Continuation {
  if (session.account !== undefined) return already(session);
  const [name = "", password = ""] = words.length === 2 ? words : [session.nick, words[0]];
  return checkSignIn(session.context, session, { name, password }).then((checked) => () => {
    return continueWith(completeSignIn(session.context, session, checked), (outcome) => {
      switch (outcome.state) {
        case "signed-in":
        case "admitted": {
          showSignedIn(session, outcome);
          const { account } = outcome;
          session.reply.note("NS", "LOGGED_IN", [account], `You are signed in as ${account}`);
          return afterSignIn(session, outcome);
        }
        default:
          return session.reply.fail("NS", "INVALID_CREDENTIALS", [], accountRefusalText(outcome));
      }
    });
  });
}

function already(session: IrcSession): void {
  session.reply.fail("NS", "ALREADY_AUTHENTICATED", [], `You are signed in as ${session.account}`);
}

function logout(session: IrcSession): CommandResult {
  return continueWith(signOutSession(session.context, session), (outcome) => {
    if (outcome.state === "not-signed-in") return notSignedIn(session);
    showSignedOut(session, outcome);
    session.reply.note("NS", "LOGGED_OUT", [], "You are signed out");
  });
}

function passwd(
  session: IrcSession,
  [password = "", next = ""]: readonly string[],
): void | Continuation {
  const { account } = session;
  if (account === undefined) return notSignedIn(session);
  return changeOwnPassword(session.context, session, { account, password, next }).then(
    (outcome) => () => {
      if (outcome.state !== "ok") return refuseChange(session, outcome);
      const { closedSessions } = outcome;
      const words = ["Password changed", signedOut(closedSessions), adviceOnPassword(next) ?? []];
      session.reply.note("NS", "PASSWORD_CHANGED", [], words.flat().join(". "));
    },
  );
}

/** Replies why an account was not changed. */
function refuseChange(session: IrcSession, refusal: ChangeRefusal): void {
  const code = refusal.state === "weak-password"
    ? "WEAK_PASSWORD"
    : refusal.state === "not-stored"
    ? "TEMPORARILY_UNAVAILABLE"
    : "INVALID_CREDENTIALS";
  session.reply.fail("NS", code, [], accountRefusalText(refusal));
}

function signedOut(sessions: number): string | readonly string[] {
  if (sessions === 0) return [];
  return sessions === 1
    ? "Your other session was signed out"
    : `Your ${sessions} other sessions were signed out`;
}

/** Sets a password given in base64, for passwords with spaces. */
function passwd64(session: IrcSession, words: readonly string[]): void | Continuation {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    return passwd(session, words.map((word) => decoder.decode(Uint8Array.fromBase64(word))));
  } catch {
    return session.reply.fail("NS", "INVALID_PARAMS", [], "That is not base64 of UTF-8"); // the only possible error
  }
}

function drop(session: IrcSession, [password = ""]: readonly string[]): void | Continuation {
  const { account } = session;
  if (account === undefined) return notSignedIn(session);
  return dropOwnAccount(session.context, session, { account, password }).then((outcome) => () => {
    if (outcome.state !== "ok") return refuseChange(session, outcome);
    return continueWith(signOutSession(session.context, session), (ended) => {
      if (ended.state === "signed-out") showSignedOut(session, ended);
      session.reply.note("NS", "ACCOUNT_DROPPED", [], `Account ${account} is gone`);
    });
  });
}

function disown(session: IrcSession, [name = ""]: readonly string[]): void {
  const outcome = giveUpRoom(session.context, session, name);
  switch (outcome.state) {
    case "given-up":
      return session.reply.note(
        "NS",
        "DISOWNED",
        [outcome.room],
        `You no longer own ${outcome.room}`,
      );
    case "not-signed-in":
      return notSignedIn(session);
    case "not-owner":
      return session.reply.fail("NS", "NOT_OWNER", [name], `You own no room ${name}`);
  }
}

/** `NOTE NS USER <name> <online|offline> <since>` for each, the time in ISO 8601. */
function users(session: IrcSession): CommandResult {
  if (session.account === undefined) return notSignedIn(session);
  return continueWith(knownPeople(session.context), (people): LongAnswer => ({
    lines: userLines(session, people),
  }));
}

function* userLines(session: IrcSession, people: Iterable<KnownPerson>): Generator<string> {
  for (const { name, isOnline, sinceMs } of people) {
    const state = isOnline ? "online" : "offline";
    const since = new Date(sinceMs).toISOString();
    const text = `${name} is ${state} since ${since}`;
    yield session.reply.noteLine("NS", "USER", [name, state, since], text);
  }
  yield session.reply.noteLine("NS", "END_OF_USERS", [], "End of users");
}

function notSignedIn(session: IrcSession): void {
  session.reply.fail("NS", "ACCOUNT_REQUIRED", [], "You are not signed in");
}

function help(session: IrcSession): void {
  for (const { usage } of Object.values(COMMANDS)) {
    session.reply.send(
      "NOTICE",
      [session.nick, usage],
      `${SERVICE}!${SERVICE}@${session.context.name}`,
    );
  }
}
