/**
 * CAP, NICK, USER, PASS, PING, PONG, QUIT.
 *
 * @module
 */
import { CAP, capNames, CAPS, findCap } from "../../../../irc/caps.ts";
import { fitText, type Message } from "../../../../irc/message.ts";
import { ERR } from "../../../../irc/numerics.ts";
import { type NickFault, nickFault } from "../../../accounts/names.ts";
import { cleanUsername } from "../../../acts/enter.ts";
import { changeNick } from "../../../acts/people.ts";
import { MAX_REALNAME_BYTES, MAX_USERNAME_BYTES } from "../session/isupport.ts";
import { tryRegister } from "../session/registration.ts";
import type { IrcSession } from "../session/session.ts";
import { type CommandResult, continueWith } from "../session/session_state.ts";
import type { Commands } from "./command.ts";

export const connectionCommands: Commands = {
  CAP: { when: "always", minParams: 1, run: cap },
  NICK: { when: "always", run: nick },
  USER: { when: "before", minParams: 4, run: user },
  PASS: { when: "before", minParams: 1, run: pass },
  PING: {
    when: "always",
    minParams: 1,
    run: (session, { params }) =>
      session.reply.send("PONG", [session.context.name, params[0] ?? ""]),
  },
  PONG: { when: "always", run: () => {} },
  QUIT: {
    when: "always",
    run: (session, { params }) => {
      const reason = session.secrets.has(params[0] ?? "") ? "" : params[0];
      session.close(reason ? `Quit: ${reason}` : "Quit");
    },
  },
};

/** https://ircv3.net/specs/extensions/capability-negotiation */
function cap(session: IrcSession, { params }: Message): CommandResult {
  const subcommand = params[0]!.toUpperCase();
  switch (subcommand) {
    case "LS":
      session.apply({ kind: "cap-begun" });
      if (Number(params[1] ?? 0) >= 302) session.view.caps |= CAP.CAP_NOTIFY;
      return list(session, Number(params[1] ?? 0) >= 302);
    case "LIST":
      return session.reply.send("CAP", [
        session.nick,
        "LIST",
        capNames(session.view.caps).join(" "),
      ]);
    case "REQ":
      session.apply({ kind: "cap-begun" });
      return request(session, params[1] ?? "");
    case "END":
      session.apply({ kind: "cap-ended" });
      return tryRegister(session);
    default:
      return session.reply.numeric(ERR.INVALIDCAPCMD, subcommand, "Invalid CAP command");
  }
}

function list(session: IrcSession, values: boolean): void {
  const words = CAPS.map(({ name, value }) => values && value ? `${name}=${value}` : name);
  const half = Math.ceil(words.length / 2);
  if (values) session.reply.send("CAP", [session.nick, "LS", "*", words.slice(0, half).join(" ")]);
  session.reply.send("CAP", [session.nick, "LS", (values ? words.slice(half) : words).join(" ")]);
}

function request(session: IrcSession, wanted: string): void {
  let caps = session.view.caps;
  for (const word of wanted.split(" ").filter((word) => word !== "")) {
    const off = word.startsWith("-");
    const found = findCap(off ? word.slice(1) : word);
    if (!found) return session.reply.send("CAP", [session.nick, "NAK", wanted]);
    caps = off ? caps & ~found.bit : caps | found.bit;
  }
  session.view.caps = caps;
  session.reply.send("CAP", [session.nick, "ACK", wanted]);
}

function nick(session: IrcSession, { params }: Message): CommandResult {
  const wanted = params[0] ?? "";
  if (wanted === "") return session.reply.numeric(ERR.NONICKNAMEGIVEN, "No nickname given");
  if (session.life.at === "registering") return chooseNick(session, wanted);
  return continueWith(changeNick(session.context, session, wanted), (outcome) => {
    switch (outcome.state) {
      case "changed":
      case "unchanged":
        return;
      case "bound-to-account": {
        const why = "Your nickname is your account's name while you are signed in";
        return session.reply.numeric(ERR.ERRONEUSNICKNAME, wanted, why);
      }
      default: {
        const why = "Nickname is in use or belongs to an account";
        return refuseNick(session, wanted, { fault: outcome, taken: why });
      }
    }
  });
}

/** Before registration the nick may be the name of an account: SASL or PASS may still follow. */
function chooseNick(session: IrcSession, wanted: string): CommandResult {
  return continueWith(nickFault(session.context, wanted), (fault) => {
    if (fault && (fault.state !== "taken" || fault.usedBy === "guest")) {
      return refuseNick(session, wanted, { fault, taken: "Nickname is already in use" });
    }
    session.apply({ kind: "nick", nick: wanted });
    return tryRegister(session);
  });
}

function refuseNick(
  session: IrcSession,
  nick: string,
  { fault, taken }: { readonly fault: NickFault; readonly taken: string },
): void {
  switch (fault.state) {
    case "bad-name":
      return session.reply.numeric(ERR.ERRONEUSNICKNAME, nick, "Erroneous nickname");
    case "reserved":
      return session.reply.numeric(ERR.ERRONEUSNICKNAME, nick, "Nickname is reserved");
    case "taken":
      return session.reply.numeric(ERR.NICKNAMEINUSE, nick, taken);
  }
}

function user(session: IrcSession, { params }: Message): CommandResult {
  const username = cleanUsername(params[0]!).slice(0, MAX_USERNAME_BYTES);
  session.apply({ kind: "user", username, realname: fitText(params[3]!, MAX_REALNAME_BYTES) });
  return tryRegister(session);
}

function pass(session: IrcSession, { params }: Message): void {
  session.apply({ kind: "pass", pass: params[0]! });
}
