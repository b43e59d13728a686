/** Replies for the outcomes of signing in and out. @module */
import { LOBBY } from "../../../../ground/names.ts";
import { adviceOnPassword } from "../../../../identity/password.ts";
import { RPL } from "../../../../irc/numerics.ts";
import { HOST } from "../../../accounts/names.ts";
import type { NameAndPassword } from "../../../acts/actor.ts";
import { accountRefusalText } from "../../../acts/refusal_words.ts";
import {
  type FormerSelf,
  makeAccount,
  type SignedIn,
  type SignedOut,
  takeAccount,
} from "../../../acts/sign_in.ts";
import type { RegisterRefusal } from "../../../common/outcomes.ts";
import { enterRoom, showRooms } from "./rooms.ts";
import type { IrcSession } from "./session.ts";
import { type Continuation, continueWith } from "./session_state.ts";

/** Notifies the client that its session is signed in. */
export function showSignedIn(session: IrcSession, outcome: SignedIn): void {
  session.sasl = undefined; // an open exchange would sign in once more
  if (outcome.state === "signed-in") showFormerSelf(session, outcome.former);
  else session.apply({ kind: "admitted", account: outcome.account });
  sendLoggedIn(session);
}

/**
 * Joins the lobby with a session that has just signed in, once it has entered. If its user was already online, the
 * session is shown the user's rooms first.
 */
export function afterSignIn(session: IrcSession, outcome: SignedIn): void {
  if (outcome.state === "admitted") return;
  showLobby(session, { isNewHere: outcome.former !== undefined });
}

/** @param isNewHere Whether the session has not been shown its user's rooms yet. */
export function showLobby(
  session: IrcSession,
  { isNewHere }: { readonly isNewHere: boolean },
): void {
  if (isNewHere) showRooms(session);
  const lobby = session.context.hub.rooms.find(LOBBY);
  if (!lobby || !session.self.rooms.has(lobby)) enterRoom(session, LOBBY);
}

/** Notifies the client that its session continues as a guest. */
export function showSignedOut(session: IrcSession, outcome: SignedOut): void {
  showFormerSelf(session, outcome.former);
  session.reply.numeric(RPL.LOGGEDOUT, outcome.mask, "You are now logged out");
}

/** Notifies a session that moved to another user of the rooms it left, and of its new nick. */
function showFormerSelf(session: IrcSession, former: FormerSelf | undefined): void {
  if (!former) return;
  for (const name of former.leftRooms) session.reply.send("PART", [name, "Moved"], former.mask);
  session.reply.send("NICK", [session.nick], former.mask);
}

/** Codes of refused registrations in standard replies. */
const REGISTER_CODES: Readonly<Record<RegisterRefusal["state"], string>> = {
  "bad-name": "BAD_ACCOUNT_NAME",
  "reserved": "BAD_ACCOUNT_NAME",
  "taken": "ACCOUNT_EXISTS",
  "lookalike": "BAD_ACCOUNT_NAME",
  "in-use": "BAD_ACCOUNT_NAME",
  "weak-password": "WEAK_PASSWORD",
  "banned": "ACCOUNT_BANNED",
  "limited": "TEMPORARILY_UNAVAILABLE",
  "busy": "TEMPORARILY_UNAVAILABLE",
  "not-stored": "TEMPORARILY_UNAVAILABLE",
};

/** Registers an account and signs the session in to it. */
export async function registerIrcAccount(
  session: IrcSession,
  command: "REGISTER" | "NS",
  credentials: NameAndPassword,
): Continuation {
  const made = await makeAccount(session.context, session, credentials);
  return () => {
    if (made.state !== "ok") {
      const code = REGISTER_CODES[made.state];
      return session.reply.fail(command, code, [credentials.name], accountRefusalText(made));
    }
    const advice = adviceOnPassword(credentials.password) ?? [];
    const text = ["Account registered", advice].flat().join(". ");
    if (command === "REGISTER") session.reply.send("REGISTER", ["SUCCESS", made.account, text]);
    else session.reply.note(command, "REGISTERED", [made.account], text);
    return continueWith(takeAccount(session.context, session, made.account), (outcome) => {
      showSignedIn(session, outcome);
      afterSignIn(session, outcome);
    });
  };
}

/** Sends `RPL_LOGGEDIN`, as specified by SASL 3.1. */
export function sendLoggedIn(session: IrcSession): void {
  const account = session.account ?? "*";
  const mask = session.user?.mask ?? `${session.nick}!*@${HOST}`;
  session.reply.numeric(RPL.LOGGEDIN, mask, account, `You are now logged in as ${account}`);
}
