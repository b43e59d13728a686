/**
 * From a new connection to a registered client: what has to be known, and the welcome.
 *
 * https://modern.ircdocs.horse/#connection-registration
 *
 * @module
 */
import { CAP } from "../../irc/caps.ts";
import { isAccountName, LOBBY, MAX_NAME_BYTES, MAX_ROOM_BYTES } from "../../irc/names.ts";
import { ERR, RPL } from "../../irc/numerics.ts";
import { VERSION } from "../../version.ts";
import { MAX_ROOMS_PER_USER } from "../../hub/rooms.ts";
import { explain } from "./commands/account.ts";
import { MAX_MONITORED } from "./commands/people.ts";
import { HOST, isReserved, makeWay } from "../names.ts";
import { sendMotd, sendUserCounts } from "./commands/info.ts";
import { enterRoom, showRoom } from "./rooms.ts";
import type { Continuation, IrcSession } from "./session.ts";

/** What is known of a client before it is registered. */
export interface Registration {
  nick: string | undefined;
  username: string | undefined;
  realname: string;
  /** From `PASS`: `name:password`, or the password of the nick's account. */
  pass: string | undefined;
  /** `CAP` was seen and `CAP END` not yet. */
  negotiating: boolean;
  /** The account, once SASL or `REGISTER` has settled it. */
  account: string | undefined;
}

/** Nothing known yet. */
export function newRegistration(): Registration {
  return {
    nick: undefined,
    username: undefined,
    realname: "",
    pass: undefined,
    negotiating: false,
    account: undefined,
  };
}

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
  const { registration, context, connection } = session;
  const pass = registration?.pass ?? "";
  const colon = pass.indexOf(":");
  const name = colon > 0 ? pass.slice(0, colon) : registration?.nick ?? "";
  const password = pass.slice(colon > 0 ? colon + 1 : 0);
  return context.accounts.signIn({ name, password, address: connection.address }).then(
    (outcome) => () => {
      if (!session.registration) return;
      session.registration.pass = undefined;
      if (outcome.state !== "ok") {
        const why = outcome.state === "wrong" ? "Password incorrect" : explain(outcome);
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
  const { account, username = "", realname } = registration;
  const { hub, store } = session.context;
  const nick = account ?? registration.nick ?? "";
  const who = { nick, account, username, realname: realname || nick, host: HOST };
  if (account !== undefined) makeWay(session.context, account);
  else if (store.findLookalike(nick) !== undefined) return refuseNick(session, nick);
  if (hub.enter(session, who) === "nick-in-use") return refuseNick(session, nick);
  session.registration = undefined;
  welcome(session);
  if (session.account === undefined) return hint(session);
  afterSignIn(session, true);
}

function refuseNick(session: IrcSession, nick: string): void {
  if (session.registration) session.registration.nick = undefined;
  const taken = session.context.hub.lookalike(nick) === undefined
    ? "Nickname belongs to an account: sign in to it, or choose another one"
    : "Nickname is in use, or looks like one that is";
  session.numeric(ERR.NICKNAMEINUSE, nick, taken);
}

function welcome(session: IrcSession): void {
  const { name, startedAt } = session.context;
  session.numeric(RPL.WELCOME, `Welcome to ${name}, ${session.self.mask}`);
  session.numeric(RPL.YOURHOST, `Your host is ${name}, running chat ${VERSION}`);
  session.numeric(RPL.CREATED, `This server was started ${new Date(startedAt).toUTCString()}`);
  session.numeric(RPL.MYINFO, name, `chat-${VERSION}`, "Bir", "biklmnostv", "bklov");
  const tokens = isupport(name);
  for (let at = 0; at < tokens.length; at += 12) {
    session.numeric(RPL.ISUPPORT, ...tokens.slice(at, at + 12), "are supported by this server");
  }
  sendUserCounts(session);
  sendMotd(session);
}

/** `RPL_LOGGEDIN`, as SASL 3.1 wants it. */
export function sendLoggedIn(session: IrcSession): void {
  const account = session.account ?? "*";
  const mask = session.user?.mask ?? `${session.nick}!*@${HOST}`;
  session.numeric(RPL.LOGGEDIN, mask, account, `You are now logged in as ${account}`);
}

/**
 * Brings somebody who has just signed in into the lobby.
 *
 * @param moved Whether the session joined a user who was here already: then it is shown their rooms.
 */
export function afterSignIn(session: IrcSession, moved: boolean): void {
  const user = session.self;
  if (moved) { for (const room of user.rooms) showRoom(session, room); }
  const lobby = session.context.hub.rooms.find(LOBBY);
  if (!lobby || !user.rooms.has(lobby)) enterRoom(session, LOBBY);
}

/** Tells a person without an account what there is to do. */
function hint(session: IrcSession): void {
  const { guests, name } = session.context;
  const lines = [
    ...(guests
      ? [`You are a guest. /join ${LOBBY} to talk.`]
      : ["Sign in to join rooms and to talk."]),
    "New here? /quote REGISTER NAME * PASSWORD (or /msg NickServ REGISTER PASSWORD for your current nick).",
    "Have an account? /msg NickServ IDENTIFY NAME PASSWORD, or SASL in your client's settings.",
  ];
  if (session.has(CAP.SASL)) lines.splice(1);
  for (const line of lines) session.send("NOTICE", [session.nick, line], name);
}

/** https://modern.ircdocs.horse/#rplisupport-parameters */
function isupport(name: string): string[] {
  return [
    "AWAYLEN=200",
    "CASEMAPPING=ascii",
    "CHANLIMIT=#:" + MAX_ROOMS_PER_USER,
    "CHANMODES=b,k,l,imnst",
    `CHANNELLEN=${MAX_ROOM_BYTES}`,
    "CHANTYPES=#",
    "CHATHISTORY=1000",
    "ELIST=U",
    "KICKLEN=255",
    "MAXLIST=b:100",
    "MODES=12",
    `MONITOR=${MAX_MONITORED}`,
    "MSGREFTYPES=msgid,timestamp",
    `NETWORK=${name}`,
    `NICKLEN=${MAX_NAME_BYTES}`,
    "PREFIX=(ov)@+",
    "SAFELIST",
    "TARGMAX=PRIVMSG:4,NOTICE:4,TAGMSG:4,JOIN:20,PART:20,KICK:1",
    "TOPICLEN=390",
    "USERLEN=16",
    "UTF8ONLY",
    "WHOX",
  ];
}

/** Makes a user name of what a client sends in `USER`. */
export function cleanUsername(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/g, "").slice(0, 16) || "user";
}

/** Whether a session that is not signed in may wear `nick`. */
export function mayWear(session: IrcSession, nick: string): "ok" | "erroneous" | "taken" {
  if (!isAccountName(nick) || isReserved(nick)) return "erroneous";
  const { hub, store } = session.context;
  const wearer = hub.lookalike(nick);
  if (wearer && wearer !== session.user) return "taken";
  return store.findLookalike(nick) === undefined ? "ok" : "taken";
}
