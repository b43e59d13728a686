/**
 * From a new connection to a registered client: what has to be known.
 *
 * https://modern.ircdocs.horse/#connection-registration
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { isAccountName } from "../../irc/names.ts";
import { ERR } from "../../irc/numerics.ts";
import { freeAccountNick, HOST, isReserved } from "../names.ts";
import { MAX_USERNAME_BYTES } from "./isupport.ts";
import type { IrcSession } from "./session.ts";
import type { Continuation, Registration } from "./session_state.ts";
import { afterSignIn, explainSignIn, sendLoggedIn, signInRequestOf } from "./sign_in.ts";
import { hint, welcome } from "./welcome.ts";

const log = getLogger(["chat", "irc"]);

/** Registers the client if all that is needed is known. */
export function tryRegister(session: IrcSession): void | Continuation {
  const { registration } = session;
  if (!registration || registration.negotiating) return;
  if (registration.nick === undefined || registration.username === undefined) return;
  if (registration.pass !== undefined && registration.account === undefined) return byPass(session);
  finish(session, registration);
}

/** Signs in with `PASS`, as clients without SASL do. */
function byPass(session: IrcSession): Continuation {
  const { registration, context } = session;
  const pass = registration?.pass ?? "";
  const colon = pass.indexOf(":");
  const name = colon > 0 ? pass.slice(0, colon) : registration?.nick ?? "";
  const password = pass.slice(colon > 0 ? colon + 1 : 0);
  const { accounts } = context;
  return accounts.signIn({ ...signInRequestOf(session, { name, password }), signal: session.gone })
    .then(
      (checked) => () => {
        if (!session.registration) return;
        const outcome = accounts.admitSession(checked);
        session.registration.pass = undefined;
        if (outcome.state !== "ok") {
          const why = outcome.state === "wrong" ? "Password incorrect" : explainSignIn(outcome);
          session.numeric(ERR.PASSWDMISMATCH, why);
          return session.close(why);
        }
        session.registration.account = outcome.account;
        session.slot.settle();
        sendLoggedIn(session);
        finish(session, session.registration);
      },
    );
}

function finish(session: IrcSession, registration: Registration): void {
  if (session.sasl) { // begun, and overtaken by another way in
    session.sasl = undefined;
    session.numeric(ERR.SASLABORTED, "SASL authentication aborted");
  }
  const { account, username = "", realname } = registration;
  const { hub, store } = session.context;
  const nick = account ?? registration.nick ?? "";
  const who = { nick, account, username, realname: realname || nick, host: HOST };
  if (account !== undefined) freeAccountNick(session.context, account);
  else if (store.accounts.findLookalike(nick) !== undefined) return refuseNick(session, nick);
  if (hub.enter(session, who) === "nick-in-use") return refuseNick(session, nick);
  session.registration = undefined;
  log.info("{nick} is at {address}", { nick, address: session.connection.address });
  welcome(session);
  if (session.account === undefined) {
    if (session.context.guests) session.slot.welcome();
    return hint(session);
  }
  afterSignIn(session, true);
}

function refuseNick(session: IrcSession, nick: string): void {
  if (session.registration) session.registration.nick = undefined;
  const taken = session.context.hub.lookalike(nick) === undefined
    ? "Nickname belongs to an account: sign in to it, or choose another one"
    : "Nickname is in use, or looks like one that is";
  session.numeric(ERR.NICKNAMEINUSE, nick, taken);
}

/** Makes a user name of what a client sends in `USER`. */
export function cleanUsername(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/g, "").slice(0, MAX_USERNAME_BYTES) || "user";
}

/** Whether a session that is not signed in may wear `nick`. */
export function mayUseNick(
  session: IrcSession,
  nick: string,
): "ok" | "erroneous" | "reserved" | "taken" {
  if (!isAccountName(nick)) return "erroneous";
  if (isReserved(session.context, nick)) return "reserved";
  const { hub, store } = session.context;
  const wearer = hub.lookalike(nick);
  if (wearer && wearer !== session.user) return "taken";
  return store.accounts.findLookalike(nick) === undefined ? "ok" : "taken";
}
