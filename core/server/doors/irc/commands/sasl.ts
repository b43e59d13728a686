/**
 * AUTHENTICATE.
 *
 * https://ircv3.net/specs/extensions/sasl-3.2
 *
 * @module
 */
import { CAP } from "../../../../irc/caps.ts";
import type { Message } from "../../../../irc/message.ts";
import { ERR, RPL } from "../../../../irc/numerics.ts";
import { accountRefusalText } from "../../../acts/refusal_words.ts";
import { checkSignIn, completeSignIn } from "../../../acts/sign_in.ts";
import type { CheckedSignIn } from "../../../common/outcomes.ts";
import {
  NEW_SASL_MESSAGE,
  type SaslFault,
  saslLines,
  stepSaslMessage,
} from "../session/sasl_message.ts";
import type { IrcSession } from "../session/session.ts";
import { type CommandResult, continueWith, type SaslExchange } from "../session/session_state.ts";
import { afterSignIn, showSignedIn } from "../session/sign_in.ts";
import type { Commands } from "./command.ts";

export const saslCommands: Commands = {
  AUTHENTICATE: { when: "always", minParams: 1, run: authenticate },
};

function authenticate(session: IrcSession, { params }: Message): CommandResult {
  const data = params[0]!;
  if (!session.view.has(CAP.SASL)) {
    return session.reply.numeric(ERR.SASLFAIL, "SASL was not negotiated");
  }
  if (data === "*") {
    session.sasl = undefined;
    return session.reply.numeric(ERR.SASLABORTED, "SASL authentication aborted");
  }
  if (session.sasl) return advance(session, session.sasl, data);
  if (session.account !== undefined) {
    return session.reply.numeric(ERR.SASLALREADY, "You have already authenticated");
  }
  const start = MECHANISMS[data.toUpperCase()];
  if (!start) {
    const names = Object.keys(MECHANISMS).join(",");
    session.reply.numeric(RPL.SASLMECHS, names, "are available SASL mechanisms");
    return session.reply.numeric(ERR.SASLFAIL, "SASL mechanism is not supported");
  }
  session.sasl = { message: NEW_SASL_MESSAGE, take: start(session) };
  session.reply.send("AUTHENTICATE", ["+"]);
}

function advance(
  session: IrcSession,
  { message, take }: SaslExchange,
  line: string,
): CommandResult {
  const step = stepSaslMessage(message, line);
  session.sasl = step.message.at === "over" ? undefined : { message: step.message, take };
  switch (step.act.act) {
    case "nothing":
      return;
    case "take":
      return take(step.act.text);
    case "refuse":
      return refuse(session, step.act.fault);
  }
}

function refuse(session: IrcSession, fault: SaslFault): void {
  switch (fault) {
    case "line-too-long":
      return session.reply.numeric(ERR.SASLTOOLONG, "SASL message too long");
    case "message-too-long":
      return sendFailed(session, "Message is too long");
    case "not-text":
      return sendFailed(session, "SASL message is not base64 of UTF-8");
  }
}

/** Handles the client's messages, one after another. */
type Mechanism = (session: IrcSession) => SaslExchange["take"];

const MECHANISMS: Readonly<Record<string, Mechanism>> = {
  /** RFC 4616 */
  PLAIN: (session) => (message) => {
    const [authorization = "", name = "", password, ...rest] = message.split("\0");
    if (password === undefined || rest.length > 0) return fail(session, "Malformed message");
    if (authorization !== "" && authorization.toLowerCase() !== name.toLowerCase()) {
      return fail(session, "You cannot act for another account");
    }
    session.sasl = undefined;
    return checkSignIn(session.context, session, { name, password })
      .then((checked) => () => complete(session, checked));
  },
  /** RFC 7677 */
  "SCRAM-SHA-256": (session) => {
    const step = session.context.accounts.scram(session.address);
    let signedIn: CheckedSignIn | undefined;
    return (message) => {
      // The client's empty answer to the server's proof.
      if (signedIn) return complete(session, signedIn);
      return step(message).then((next) => () => {
        if (next.state === "failed") return complete(session, next.outcome);
        if (next.state === "last") signedIn = next.outcome;
        for (const line of saslLines(next.message)) session.reply.send("AUTHENTICATE", [line]);
      });
    };
  },
};

function complete(session: IrcSession, checked: CheckedSignIn): CommandResult {
  session.sasl = undefined;
  return continueWith(completeSignIn(session.context, session, checked), (outcome) => {
    switch (outcome.state) {
      case "signed-in":
      case "admitted":
        showSignedIn(session, outcome);
        session.reply.numeric(RPL.SASLSUCCESS, "SASL authentication successful");
        return afterSignIn(session, outcome);
      default:
        return fail(session, accountRefusalText(outcome));
    }
  });
}

function fail(session: IrcSession, why: string): void {
  session.sasl = undefined;
  sendFailed(session, why);
}

function sendFailed(session: IrcSession, why: string): void {
  session.reply.numeric(ERR.SASLFAIL, `SASL authentication failed: ${why}`);
}
