/** Messages of clients, and the replies to those that are not sent. @module */
import type { Tags } from "../../../../irc/message.ts";
import { ERR, RPL } from "../../../../irc/numerics.ts";
import { HAS_PASSWORD } from "../../../acts/refusal_words.ts";
import {
  maySpeak,
  type PrivateSpeechOutcome,
  type RoomSpeechOutcome,
  sayToRoom,
  sayToUser,
} from "../../../acts/say.ts";
import type { SaidKind } from "../../../hub/events.ts";
import type { IrcSession } from "./session.ts";

/** A client-only tag's key: `+`, optionally a vendor's host name, and the name. */
const CLIENT_TAG = /^\+(?:[A-Za-z0-9.-]+\/)?[A-Za-z0-9-]+$/;
/** No tags: a result of {@linkcode clientTags}. */
export const NO_TAGS: Tags = Object.freeze({});

/** A message without its target. */
export interface Utterance {
  readonly as: SaidKind;
  readonly text: string;
  /** Indexes at which the sender has split it. */
  readonly cuts?: readonly number[];
  readonly tags: Tags;
}

/** Whether the session may send messages at all; if not, sends `FAIL`. */
export function mayTalk(session: IrcSession, command: string): boolean {
  if (maySpeak(session.context, session)) return true;
  session.reply.fail(command, "ACCOUNT_REQUIRED", [], "Sign in to talk");
  return false;
}

/** Sends a message to a room or a user, or replies why not. */
export function sayTo(session: IrcSession, target: string, message: Utterance): void {
  const { context } = session;
  const about = { target, as: message.as };
  if (target.charCodeAt(0) === 0x23 /* # */) {
    const outcome = sayToRoom(context, session, { room: target, message });
    if (outcome.state !== "said") refuseMessage(session, about, outcome);
    return;
  }
  const outcome = sayToUser(context, session, { nick: target, message });
  if (outcome.state !== "said") return refuseMessage(session, about, outcome);
  const { nick, away } = outcome;
  if (away !== undefined && message.as === "message") session.reply.numeric(RPL.AWAY, nick, away);
}

/** Replies why a message was not sent. For notices, only a failure to store them is answered with a numeric. */
function refuseMessage(
  session: IrcSession,
  { target, as }: { readonly target: string; readonly as: SaidKind },
  refusal: Exclude<RoomSpeechOutcome | PrivateSpeechOutcome, { state: "said" }>,
): void {
  const isNotice = as === "notice";
  const command = isNotice ? "NOTICE" : "PRIVMSG";
  switch (refusal.state) {
    case "sign-in-first":
      return void mayTalk(session, command);
    case "has-password":
      return session.reply.fail(command, "CANNOT_SEND", [target], HAS_PASSWORD);
    case "history-full": {
      const why = "Not sent: server cannot store messages now";
      return session.reply.numeric(ERR.CANNOTSENDTOCHAN, refusal.room, why);
    }
    case "no-such-room":
      if (!isNotice) session.reply.numeric(ERR.NOSUCHCHANNEL, refusal.room, "No such room");
      return;
    case "may-not-speak":
      if (!isNotice) {
        session.reply.numeric(ERR.CANNOTSENDTOCHAN, refusal.room, "Cannot send to room");
      }
      return;
    case "no-such-user":
      if (!isNotice) session.reply.numeric(ERR.NOSUCHNICK, refusal.nick, "No such nick");
      return;
  }
}

/** The client-only tags: passed on unchanged, if they are well-formed. */
export function clientTags(tags: Tags): Tags {
  let own: Record<string, string> | undefined;
  for (const key in tags) {
    if (key.charCodeAt(0) === 0x2b /* + */ && CLIENT_TAG.test(key)) (own ??= {})[key] = tags[key]!;
  }
  return own ?? NO_TAGS;
}
