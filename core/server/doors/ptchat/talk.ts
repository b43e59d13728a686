/**
 * Messages at the PTCHAT door: to a room, or to one user. Each function returns the answer to the speaker; "" for none.
 *
 * @module
 */
import { type MaybePromise, whenReady } from "../../../ground/maybe_promise.ts";
import { formatHeld, formatNotice, formatNotSent, formatSent } from "../../../ptchat/format.ts";
import { whenPresent } from "../../acts/actor.ts";
import { presenceOf } from "../../acts/people.ts";
import { HAS_PASSWORD } from "../../acts/refusal_words.ts";
import {
  type RoomSpeechOutcome,
  sayToRoom,
  sayToUser,
  type SpeechRefusal,
} from "../../acts/say.ts";
import { currentRoom, type PtchatActor } from "./actor.ts";

/** Says a text to the room that the speaker is in. */
export function sayHere(actor: PtchatActor, text: string): string {
  const room = currentRoom(actor)?.name;
  if (room === undefined) return NO_ROOM;
  const outcome = sayToRoom(actor.context, actor, { room, message: { as: "message", text } });
  return outcome.state === "said" ? "" : refusalText(outcome);
}

/** Says a text to the room; it stands out for the user it names, who need not be online. */
export function tagUser(
  actor: PtchatActor,
  { user, text }: { readonly user: string; readonly text: string },
): MaybePromise<string> {
  return whenPresent(
    actor,
    presenceOf(actor.context, user),
    (presence) =>
      presence === "unknown" ? formatNotSent(user, presence) : sayHere(actor, `@${user} ${text}`),
  );
}

/** Says a text to one user. */
export function sendPrivate(
  actor: PtchatActor,
  { user: nick, text }: { readonly user: string; readonly text: string },
): MaybePromise<string> {
  const { context } = actor;
  const outcome = sayToUser(context, actor, { nick, message: { as: "message", text } });
  switch (outcome.state) {
    case "said": {
      const { away, isHeld } = outcome;
      const reason = away === undefined ? "" : formatNotice(`${outcome.nick} is away: ${away}`);
      return (isHeld ? formatHeld : formatSent)(outcome.nick) + reason;
    }
    case "no-such-user":
      return whenReady(
        presenceOf(context, nick),
        (presence) => formatNotSent(nick, presence === "offline" ? presence : "unknown"),
      );
    default:
      return refusalText(outcome);
  }
}

const NO_ROOM = formatNotice("Not sent: you are in no room.");

function refusalText(
  refusal: Exclude<RoomSpeechOutcome, { state: "said" }> | SpeechRefusal,
): string {
  switch (refusal.state) {
    case "no-such-room":
      return NO_ROOM;
    case "may-not-speak":
      return formatNotice(`Not sent: you may not speak in ${refusal.room}.`);
    case "history-full":
      return formatNotice("Not sent: the server cannot store messages now.");
    case "has-password":
      return formatNotice(`${HAS_PASSWORD}.`);
    case "sign-in-first":
      return formatNotice("Not sent: sign in first.");
  }
}
