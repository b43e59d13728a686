/**
 * Coming in at the PTCHAT door: signing in, taking a guest's name, going to a room.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Room } from "../../hub/types.ts";
import { adviceOnPassword } from "../../identity/password.ts";
import { LOBBY } from "../../irc/names.ts";
import { formatNotice } from "../../ptchat/format.ts";
import type { PtchatAct } from "../../ptchat/session.ts";
import { freeAccountNick, guestNickFault, HOST, isGuestNick } from "../names.ts";
import { currentRoom, type PtchatActor } from "./actor.ts";
import { explainRefusal } from "./explain.ts";
import { LATER, REPLY } from "./output.ts";
import { showHistory } from "./overview.ts";

/** Lines of the room that a newcomer is shown. */
const SHOWN_ON_ENTRY = 20;

const log = getLogger(["chat", "ptchat"]);

/** Signs in to an account, or registers one. */
export async function signInOrRegister(
  actor: PtchatActor,
  { act, name, password }: PtchatAct & { readonly act: "login" | "register" },
): Promise<void> {
  const { context, transport: { address, isUnconfirmed }, gone: signal } = actor;
  const isFree = (wanted: string) => !isGuestNick(context, wanted, actor.user);
  const request = { name, password, address, isUnconfirmed, isFree, signal };
  const { accounts } = context;
  const outcome = act === "login"
    ? accounts.admitSession(await accounts.signIn(request))
    : await accounts.register(request);
  if (signal.aborted) return;
  actor.apply({ kind: "checked", nowMs: context.steadyNow() });
  if (outcome.state !== "ok") return actor.output.notice(explainRefusal(outcome));
  const { account } = outcome;
  freeAccountNick(context, account);
  actor.slot.settle();
  if (act === "login") actor.transport.signedIn();
  if (signal.aborted) return;
  enter(actor, account, account);
  const advice = act === "register" ? adviceOnPassword(password) : undefined;
  if (advice !== undefined) actor.output.notice(`${advice}.`);
}

/** Comes in with a name alone. */
export function enterAsGuest(actor: PtchatActor, nick: string): void {
  const fault = guestNickFault(actor.context, nick);
  if (fault !== undefined) return actor.output.notice(fault);
  enter(actor, nick, undefined);
}

/** Goes to another room, and leaves the one before. */
export function goToRoom(actor: PtchatActor, name: string): void {
  const room = join(actor, name);
  if (!room) return;
  actor.output.notice(`You are in ${room.name}.`);
  lookAround(actor, room);
}

function enter(actor: PtchatActor, nick: string, account: string | undefined): void {
  const { context: { hub }, output } = actor;
  const who = { nick, account, username: nick.replace(/[^A-Za-z0-9_.-]/g, "") || "user" };
  const entered = hub.enter(actor, { ...who, realname: nick, host: HOST });
  if (entered === "nick-in-use") return output.notice(`${nick} is in use.`);
  const guest = account === undefined;
  if (guest) actor.slot.welcome();
  log.info("{nick} is at {address}", { nick, address: actor.transport.address });
  actor.apply({ kind: "entered", name: nick, guest, room: LOBBY });
  const as = guest ? `in as the guest ${nick}` : `signed in as ${nick}`;
  const short = formatNotice(`You are ${nick}.`);
  output.notice(`You are ${as}. What you type is said in ${LOBBY}.`, { ...REPLY, short });
  const room = join(actor, LOBBY);
  if (room) lookAround(actor, room);
}

function join(actor: PtchatActor, name: string): Room | undefined {
  const { user, context: { hub: { rooms } }, output } = actor;
  if (!user || actor.life.at !== "open" || actor.life.user.at !== "in") return undefined;
  const room = rooms.join(user, name);
  if (typeof room === "string") {
    output.notice(`You cannot go to ${name}: ${room.replaceAll("-", " ")}.`);
    return undefined;
  }
  const former = currentRoom(actor);
  if (former && former !== room && former.name !== LOBBY && user.sessions.size === 1) {
    rooms.part(user, former, "");
  }
  actor.apply({ kind: "moved", room: room.name });
  return room;
}

function lookAround(actor: PtchatActor, room: Room): void {
  if (room.topic) actor.output.notice(`${room.name}: ${room.topic.text}`, LATER);
  showHistory(actor, SHOWN_ON_ENTRY, LATER);
}
