/**
 * From a new connection to a registered client.
 *
 * https://modern.ircdocs.horse/#connection-registration
 *
 * @module
 */
import { ERR } from "../../../../irc/numerics.ts";
import type { NickFault } from "../../../accounts/names.ts";
import type { NameAndPassword } from "../../../acts/actor.ts";
import { enterHub, type Entering } from "../../../acts/enter.ts";
import { accountRefusalText } from "../../../acts/refusal_words.ts";
import { checkSignIn, completeSignIn } from "../../../acts/sign_in.ts";
import type { IrcSession } from "./session.ts";
import { registrationStep } from "./session_life.ts";
import { type CommandResult, type Continuation, continueWith } from "./session_state.ts";
import { sendLoggedIn, showLobby } from "./sign_in.ts";
import { hint, welcome } from "./welcome.ts";

/** Registers the client if it has sent everything required. */
export function tryRegister(session: IrcSession): CommandResult {
  const step = registrationStep(session.life);
  switch (step.step) {
    case "wait":
      return;
    case "sign-in":
      return signInByPass(session, step);
    case "enter":
      return finish(session, step);
  }
}

/** Signs in with `PASS`, as clients without SASL do. */
async function signInByPass(session: IrcSession, credentials: NameAndPassword): Continuation {
  const { context } = session;
  const checked = await checkSignIn(context, session, credentials);
  return () =>
    continueWith(completeSignIn(context, session, checked), (outcome) => {
      switch (outcome.state) {
        case "admitted":
        case "signed-in":
          session.apply({ kind: "admitted", account: outcome.account });
          sendLoggedIn(session);
          return tryRegister(session);
        default: {
          const isWrong = outcome.state === "wrong";
          const why = isWrong ? "Password incorrect" : accountRefusalText(outcome);
          session.reply.numeric(ERR.PASSWDMISMATCH, why);
          return session.close(why);
        }
      }
    });
}

function finish(session: IrcSession, entering: Entering): CommandResult {
  const { nick, account } = entering;
  if (session.sasl) { // overtaken by another sign-in
    session.sasl = undefined;
    session.reply.numeric(ERR.SASLABORTED, "SASL authentication aborted");
  }
  return continueWith(enterHub(session.context, session, entering), (outcome) => {
    if (outcome.state !== "entered") return refuseNick(session, nick, outcome);
    session.apply({ kind: "entered" });
    welcome(session);
    if (account === undefined) return hint(session);
    showLobby(session, { isNewHere: true });
  });
}

function refuseNick(session: IrcSession, nick: string, fault: NickFault): void {
  session.apply({ kind: "nick-refused" });
  const isAccounts = fault.state === "taken" && fault.usedBy === undefined;
  const taken = isAccounts
    ? "Nickname belongs to an account: sign in to it, or choose another one"
    : "Nickname is in use, or looks like one that is";
  session.reply.numeric(ERR.NICKNAMEINUSE, nick, taken);
}
