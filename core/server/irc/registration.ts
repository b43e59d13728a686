/**
 * From a new connection to a registered client: what has to be known.
 *
 * https://modern.ircdocs.horse/#connection-registration
 *
 * @module
 */
import { ERR } from "../../irc/numerics.ts";
import { enterHub } from "../acts/enter.ts";
import { accountRefusalText } from "../acts/refusal_words.ts";
import { checkSignIn, completeSignIn } from "../acts/sign_in.ts";
import type { NickFault } from "../names.ts";
import type { IrcSession } from "./session.ts";
import {
  type CommandResult,
  type Continuation,
  continueWith,
  type Registration,
} from "./session_state.ts";
import { sendLoggedIn, showLobby } from "./sign_in.ts";
import { hint, welcome } from "./welcome.ts";

/** Registers the client if all that is needed is known. */
export function tryRegister(session: IrcSession): CommandResult {
  const { registration } = session;
  if (!registration || registration.negotiating) return;
  if (registration.nick === undefined || registration.username === undefined) return;
  if (registration.pass !== undefined && registration.account === undefined) return byPass(session);
  return finish(session, registration);
}

/** Signs in with `PASS`, as clients without SASL do. */
async function byPass(session: IrcSession): Continuation {
  const { registration, context } = session;
  const pass = registration?.pass ?? "";
  const colon = pass.indexOf(":");
  const name = colon > 0 ? pass.slice(0, colon) : registration?.nick ?? "";
  const password = pass.slice(colon > 0 ? colon + 1 : 0);
  const checked = await checkSignIn(context, session, { name, password });
  return () => {
    const { registration } = session;
    if (!registration) return;
    return continueWith(completeSignIn(context, session, checked), (outcome) => {
      registration.pass = undefined;
      switch (outcome.state) {
        case "admitted":
        case "signed-in":
          registration.account = outcome.account;
          sendLoggedIn(session);
          return finish(session, registration);
        default: {
          const isWrong = outcome.state === "wrong";
          const why = isWrong ? "Password incorrect" : accountRefusalText(outcome);
          session.numeric(ERR.PASSWDMISMATCH, why);
          return session.close(why);
        }
      }
    });
  };
}

function finish(session: IrcSession, registration: Registration): CommandResult {
  if (session.sasl) { // begun, and overtaken by another way in
    session.sasl = undefined;
    session.numeric(ERR.SASLABORTED, "SASL authentication aborted");
  }
  const { account, username, realname } = registration;
  const nick = account ?? registration.nick ?? "";
  const who = { nick, account, username, realname: realname || undefined };
  return continueWith(enterHub(session.context, session, who), (outcome) => {
    if (outcome.state !== "entered") return refuseNick(session, nick, outcome);
    session.registration = undefined;
    welcome(session);
    if (account === undefined) return hint(session);
    showLobby(session, { isNewHere: true });
  });
}

function refuseNick(session: IrcSession, nick: string, fault: NickFault): void {
  if (session.registration) session.registration.nick = undefined;
  const isAccounts = fault.state === "taken" && fault.usedBy === undefined;
  const taken = isAccounts
    ? "Nickname belongs to an account: sign in to it, or choose another one"
    : "Nickname is in use, or looks like one that is";
  session.numeric(ERR.NICKNAMEINUSE, nick, taken);
}
