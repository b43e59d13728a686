/**
 * Runs the act that a line at the PTCHAT door asks for.
 *
 * @module
 */
import { whenReady } from "../../../ground/maybe_promise.ts";
import type { PtchatAct } from "../../../ptchat/session.ts";
import type { PtchatActor } from "./actor.ts";
import { enterAsGuest, goToRoom, signInOrRegister } from "./enter.ts";
import { roomsOverview, showHistory, usersOverview } from "./overview.ts";
import { sayHere, sendPrivate, tagUser } from "./talk.ts";

/** Acts of a session that stays open. */
export type RunnableAct = Exclude<PtchatAct, { readonly act: "quit" }>;

/** Runs an act. The next line waits for the promise. */
export function runAct(actor: PtchatActor, act: RunnableAct): void | Promise<void> {
  const { context, output } = actor;
  switch (act.act) {
    case "reply":
      return output.send(act.text);
    case "login":
    case "register":
      return signInOrRegister(actor, act);
    case "name":
      return enterAsGuest(actor, act.name);
    case "say":
      return output.send(sayHere(actor, act.text));
    case "tag":
      return whenReady(tagUser(actor, act), (answer) => output.send(answer));
    case "private":
      return whenReady(sendPrivate(actor, act), (answer) => output.send(answer));
    case "users":
      return whenReady(usersOverview(context), (list) => output.pour(list));
    case "rooms":
      return output.pour(roomsOverview(context, actor.user));
    case "history":
      return showHistory(actor, act.lines);
    case "join":
      return goToRoom(actor, act.room);
  }
}
