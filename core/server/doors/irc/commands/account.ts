/**
 * REGISTER, RELAY, and the NickServ service.
 *
 * @module
 */
import type { Message } from "../../../../irc/message.ts";
import type { IrcSession } from "../session/session.ts";
import type { CommandResult } from "../session/session_state.ts";
import { registerIrcAccount } from "../session/sign_in.ts";
import type { Commands } from "./command.ts";
import { service } from "./nickserv.ts";

export const ircAccountCommands: Commands = {
  REGISTER: { when: "always", minParams: 3, run: register },
  RELAY: { minParams: 1, run: relay },
  NS: { minParams: 1, run: (session, { params }) => service(session, params.join(" ")) },
  NICKSERV: { minParams: 1, run: (session, { params }) => service(session, params.join(" ")) },
};

/** https://ircv3.net/specs/extensions/account-registration */
function register(session: IrcSession, { params }: Message): CommandResult {
  const [wanted = "*", , password = ""] = params;
  const name = wanted === "*" ? session.nick : wanted;
  if (session.account !== undefined) {
    return session.reply.fail(
      "REGISTER",
      "ALREADY_AUTHENTICATED",
      [name],
      "You are signed in already",
    );
  }
  return registerIrcAccount(session, "REGISTER", { name, password });
}

/** Announces a rendezvous at the relay: answered with `RELAY OK <rendezvous>`. */
function relay(session: IrcSession, { params }: Message): void {
  const { account } = session;
  const [rendezvous = ""] = params;
  if (account === undefined) {
    return session.reply.fail("RELAY", "ACCOUNT_REQUIRED", [], "Sign in to use the relay");
  }
  switch (session.context.relay.announce(account, rendezvous)) {
    case "ok":
      return session.reply.send("RELAY", ["OK", rendezvous]);
    case "malformed":
      return session.reply.fail(
        "RELAY",
        "INVALID_PARAMS",
        [],
        "A rendezvous is 32 bytes in base64url",
      );
    case "too-many":
      return session.reply.fail("RELAY", "TOO_MANY", [], "You wait for too many meetings");
  }
}
