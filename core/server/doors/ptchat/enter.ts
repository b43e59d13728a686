/**
 * Entering at the PTCHAT door: signing in, a guest's name, going to a room.
 *
 * @module
 */
import { type MaybePromise, whenReady } from "../../../ground/maybe_promise.ts";
import { LOBBY } from "../../../ground/names.ts";
import { adviceOnPassword } from "../../../identity/password.ts";
import { formatNotice } from "../../../ptchat/format.ts";
import type { PtchatAct } from "../../../ptchat/session.ts";
import { whenPresent } from "../../acts/actor.ts";
import { enterHub } from "../../acts/enter.ts";
import type { AccountRefusal } from "../../acts/refusal_words.ts";
import { joinRoom, leaveRoom } from "../../acts/rooms.ts";
import {
  checkSignIn,
  completeSignIn,
  makeAccount,
  type SignedIn,
  takeAccount,
} from "../../acts/sign_in.ts";
import type { Room } from "../../hub/types.ts";
import { currentRoom, type PtchatActor } from "./actor.ts";
import { explainNickFault, explainRefusal } from "./explain.ts";
import { LATER, REPLY } from "./output.ts";
import { showHistory } from "./overview.ts";

/** Lines of the room that a newcomer is shown. */
const SHOWN_ON_ENTRY = 20;

/** Signs in to an account, or registers one. */
export async function signInOrRegister(
  actor: PtchatActor,
  act: PtchatAct & { readonly act: "login" | "register" },
): Promise<void> {
  const complete = await check(actor, act);
  if (actor.gone.aborted) return;
  actor.apply({ kind: "checked", nowMs: actor.context.steadyNow() });
  await whenPresent(actor, complete(), (outcome) => {
    switch (outcome.state) {
      case "signed-in":
      case "admitted": {
        if (act.act === "login") actor.transport.signedIn?.();
        if (actor.gone.aborted) return;
        const advice = act.act === "register" ? adviceOnPassword(act.password) : undefined;
        return whenReady(enter(actor, outcome.account, outcome.account), () => {
          if (advice !== undefined) actor.output.notice(`${advice}.`);
        });
      }
      default:
        return actor.output.notice(explainRefusal(outcome));
    }
  });
}

/** What is left to do once the password was checked, or the account made. */
async function check(
  actor: PtchatActor,
  { act, name, password }: PtchatAct & { readonly act: "login" | "register" },
): Promise<() => MaybePromise<SignedIn | AccountRefusal>> {
  const { context } = actor;
  if (act === "login") {
    const checked = await checkSignIn(context, actor, { name, password });
    return () => completeSignIn(context, actor, checked);
  }
  const made = await makeAccount(context, actor, { name, password });
  return () => made.state === "ok" ? takeAccount(context, actor, made.account) : made;
}

/** Enters with a name alone. */
export function enterAsGuest(actor: PtchatActor, nick: string): MaybePromise<void> {
  return enter(actor, nick, undefined);
}

/** Goes to another room, and leaves the one before. */
export function goToRoom(actor: PtchatActor, name: string): MaybePromise<void> {
  const room = join(actor, name);
  if (!room) return;
  actor.output.notice(`You are in ${room.name}.`);
  return lookAround(actor, room);
}

function enter(
  actor: PtchatActor,
  nick: string,
  account: string | undefined,
): MaybePromise<void> {
  return whenPresent(actor, enterHub(actor.context, actor, { nick, account }), (outcome) => {
    if (outcome.state === "entered") return showEntered(actor, nick, account);
    actor.output.notice(explainNickFault(outcome, nick));
  });
}

function showEntered(
  actor: PtchatActor,
  nick: string,
  account: string | undefined,
): MaybePromise<void> {
  const guest = account === undefined;
  actor.apply({ kind: "entered", name: nick, guest, room: LOBBY });
  const as = guest ? `in as the guest ${nick}` : `signed in as ${nick}`;
  const short = formatNotice(`You are ${nick}.`);
  actor.output.notice(`You are ${as}. What you type is said in ${LOBBY}.`, { ...REPLY, short });
  const room = join(actor, LOBBY);
  return room && lookAround(actor, room);
}

/** Joins a room, and leaves the one before: a session at this door is in one room, besides the lobby. */
function join(actor: PtchatActor, name: string): Room | undefined {
  const { context, output } = actor;
  const former = currentRoom(actor);
  const outcome = joinRoom(context, actor, { room: name });
  switch (outcome.state) {
    case "joined":
    case "already-in": {
      const { room } = outcome;
      const isAlone = actor.user?.sessions.size === 1;
      if (former && former !== room && former.name !== LOBBY && isAlone) {
        leaveRoom(context, actor, { room: former.name, reason: "" });
      }
      actor.apply({ kind: "moved", room: room.name });
      return room;
    }
    default:
      output.notice(`You cannot go to ${name}: ${outcome.state.replaceAll("-", " ")}.`);
      return undefined;
  }
}

function lookAround(actor: PtchatActor, room: Room): MaybePromise<void> {
  if (room.topic) actor.output.notice(`${room.name}: ${room.topic.text}`, LATER);
  return showHistory(actor, SHOWN_ON_ENTRY, LATER);
}
