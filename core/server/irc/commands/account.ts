/**
 * AUTHENTICATE (SASL), REGISTER, and the NickServ service for clients that have neither.
 *
 * @module
 */
import { CAP } from "../../../irc/caps.ts";
import type { Message } from "../../../irc/message.ts";
import { ERR, RPL } from "../../../irc/numerics.ts";
import { accountRefusalText } from "../../acts/refusal_words.ts";
import { checkSignIn, completeSignIn } from "../../acts/sign_in.ts";
import type { CheckedSignIn } from "../../outcomes.ts";
import type { IrcSession } from "../session.ts";
import { type CommandResult, continueWith } from "../session_state.ts";
import { afterSignIn, registerIrcAccount, showSignedIn } from "../sign_in.ts";
import type { Commands } from "./command.ts";
import { service } from "./nickserv.ts";

/** A SASL message longer than this is cut into several lines, and so is read together. */
const SASL_CHUNK = 400;
/** Longest SASL message, in base64. */
const SASL_MAX = 2800;

export const ircAccountCommands: Commands = {
  AUTHENTICATE: { when: "always", minParams: 1, run: authenticate },
  REGISTER: { when: "always", minParams: 3, run: register },
  RELAY: { minParams: 1, run: relay },
  NS: { minParams: 1, run: (session, { params }) => service(session, params.join(" ")) },
  NICKSERV: { minParams: 1, run: (session, { params }) => service(session, params.join(" ")) },
};

/** https://ircv3.net/specs/extensions/sasl-3.2 */
function authenticate(session: IrcSession, { params }: Message): CommandResult {
  const data = params[0]!;
  if (!session.has(CAP.SASL)) {
    return session.numeric(ERR.SASLFAIL, "SASL was not negotiated");
  }
  if (data === "*") {
    session.sasl = undefined;
    return session.numeric(ERR.SASLABORTED, "SASL authentication aborted");
  }
  if (session.sasl) return session.sasl.step(data);
  if (session.account !== undefined) {
    return session.numeric(ERR.SASLALREADY, "You have already authenticated");
  }
  const start = MECHANISMS[data.toUpperCase()];
  if (!start) {
    session.numeric(
      RPL.SASLMECHS,
      Object.keys(MECHANISMS).join(","),
      "are available SASL mechanisms",
    );
    return session.numeric(ERR.SASLFAIL, "SASL mechanism is not supported");
  }
  session.sasl = start(session);
  session.send("AUTHENTICATE", ["+"], session.context.name);
}

type Exchange = NonNullable<IrcSession["sasl"]>;

const MECHANISMS: Readonly<Record<string, (session: IrcSession) => Exchange>> = {
  /** RFC 4616 */
  PLAIN: (session) =>
    joined(session, (message) => {
      session.sasl = undefined;
      const [authorization = "", name = "", password, ...rest] = message.split("\0");
      if (password === undefined || rest.length > 0) {
        return saslFailed(session, "Malformed message");
      }
      if (authorization !== "" && authorization.toLowerCase() !== name.toLowerCase()) {
        return saslFailed(session, "You cannot act for another account");
      }
      return checkSignIn(session.context, session, { name, password })
        .then((checked) => () => saslDone(session, checked));
    }),
  /** RFC 7677 */
  "SCRAM-SHA-256": (session) => {
    const step = session.context.accounts.scram(session.connection.address);
    let signedIn: CheckedSignIn | undefined;
    return joined(session, (message) => {
      // The client's empty answer to the server's proof.
      if (signedIn) return saslDone(session, signedIn);
      return step(message).then((next) => () => {
        if (next.state === "failed") return saslDone(session, next.outcome);
        if (next.state === "last") signedIn = next.outcome;
        for (const chunk of chunksOf(next.message)) session.send("AUTHENTICATE", [chunk]);
      });
    });
  },
};

/** Puts the chunks of a message together, decodes it, and hands it on. */
function joined(session: IrcSession, take: (message: string) => CommandResult): Exchange {
  let text = "";
  return {
    step(data) {
      if (data.length > SASL_CHUNK) {
        session.sasl = undefined;
        return session.numeric(ERR.SASLTOOLONG, "SASL message too long");
      }
      if (text.length + data.length > SASL_MAX) {
        saslFailed(session, "Message is too long");
        session.sasl = rest(session);
        return;
      }
      if (data !== "+") text += data;
      if (data.length === SASL_CHUNK) return;
      const message = decodeBase64(text);
      text = "";
      if (message === undefined) return saslFailed(session, "SASL message is not base64 of UTF-8");
      return take(message);
    },
  };
}

/** What still comes of a message that has failed: it is passed over to its end, and not taken for a mechanism's name. */
function rest(session: IrcSession): Exchange {
  return {
    step(data) {
      if (data.length !== SASL_CHUNK) session.sasl = undefined;
    },
  };
}

function chunksOf(message: string): string[] {
  const text = new TextEncoder().encode(message).toBase64();
  const chunks: string[] = text.match(new RegExp(`.{1,${SASL_CHUNK}}`, "g")) ?? [];
  if (chunks.at(-1)?.length === SASL_CHUNK || chunks.length === 0) chunks.push("+");
  return chunks;
}

function decodeBase64(text: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(text));
  } catch {
    return undefined; // whatever is wrong with it, the answer is the same
  }
}

function saslFailed(session: IrcSession, text: string): void {
  session.sasl = undefined;
  session.numeric(ERR.SASLFAIL, `SASL authentication failed: ${text}`);
}

function saslDone(session: IrcSession, checked: CheckedSignIn): CommandResult {
  session.sasl = undefined;
  return continueWith(completeSignIn(session.context, session, checked), (outcome) => {
    switch (outcome.state) {
      case "signed-in":
      case "admitted":
        showSignedIn(session, outcome);
        session.numeric(RPL.SASLSUCCESS, "SASL authentication successful");
        return afterSignIn(session, outcome);
      default:
        return saslFailed(session, accountRefusalText(outcome));
    }
  });
}

/** https://ircv3.net/specs/extensions/account-registration */
function register(session: IrcSession, { params }: Message): CommandResult {
  const [wanted = "*", , password = ""] = params;
  const name = wanted === "*" ? session.nick : wanted;
  if (session.account !== undefined) {
    return session.fail("REGISTER", "ALREADY_AUTHENTICATED", [name], "You are signed in already");
  }
  return registerIrcAccount(session, "REGISTER", { name, password });
}

/** Announces a meeting at the relay: answered with `RELAY OK <rendezvous>`. */
function relay(session: IrcSession, { params }: Message): void {
  const { account } = session;
  const [rendezvous = ""] = params;
  if (account === undefined) {
    return session.fail("RELAY", "ACCOUNT_REQUIRED", [], "Sign in to use the relay");
  }
  switch (session.context.relay.announce(account, rendezvous)) {
    case "ok":
      return session.send("RELAY", ["OK", rendezvous]);
    case "malformed":
      return session.fail("RELAY", "INVALID_PARAMS", [], "A rendezvous is 32 bytes in base64url");
    case "too-many":
      return session.fail("RELAY", "TOO_MANY", [], "You wait for too many meetings");
  }
}
