/** What is said goes to a room or a user, or the speaker is told why not. @module */
import type { Room, SaidKind } from "../../hub/types.ts";
import type { Tags } from "../../irc/message.ts";
import { ERR, RPL } from "../../irc/numerics.ts";
import { isServiceSignIn } from "../../sign_in_words.ts";
import type { IrcSession } from "./session.ts";

/** A client-only tag's key: `+`, perhaps a vendor's host name, and the name. */
const CLIENT_TAG = /^\+(?:[A-Za-z0-9.-]+\/)?[A-Za-z0-9-]+$/;
/** What {@linkcode clientTags} gives where there are none. */
export const NO_TAGS: Tags = Object.freeze({});

/** Why a line that gives away a password is refused. */
export const HAS_PASSWORD = "Not sent: it has a password in it";

/** What is said, before it has a target. */
export interface Utterance {
  readonly as: SaidKind;
  readonly text: string;
  /** Where the sender has cut it, as indexes. */
  readonly cuts?: readonly number[];
  readonly tags: Tags;
}

/** Whether the session may speak at all; otherwise it was told. */
export function mayTalk(session: IrcSession, command: string): boolean {
  if (session.account !== undefined || session.context.guests) return true;
  session.fail(command, "ACCOUNT_REQUIRED", [], "Sign in to talk");
  return false;
}

/** Says something to a room or a user, or tells why not (a notice is never answered). */
export function sayTo(session: IrcSession, target: string, utterance: Utterance): void {
  const { hub } = session.context;
  const silent = utterance.as === "notice";
  const words = withoutCtcp(utterance.text);
  if (session.secrets.has(words) || isServiceSignIn(words)) {
    return session.fail(silent ? "NOTICE" : "PRIVMSG", "CANNOT_SEND", [target], HAS_PASSWORD);
  }
  if (target.charCodeAt(0) === 0x23 /* # */) {
    const room = hub.rooms.find(target);
    if (room && hub.rooms.maySay(session.self, room)) {
      if (session.context.writer.isFull) return refuseFull(session, room);
      hub.say(session, room, utterance);
    } else if (!silent) {
      if (!room || !hub.rooms.maySee(session.user, room)) {
        session.numeric(ERR.NOSUCHCHANNEL, target, "No such room");
      } else session.numeric(ERR.CANNOTSENDTOCHAN, room.name, "Cannot send to room");
    }
    return;
  }
  const user = hub.user(target);
  if (!user) {
    if (!silent) session.numeric(ERR.NOSUCHNICK, target, "No such nick");
    return;
  }
  hub.say(session, user, utterance);
  if (user.away !== undefined && utterance.as === "message") {
    session.numeric(RPL.AWAY, user.nick, user.away);
  }
}

/** What cannot be remembered is not said either, when too much of it waits for the database already. */
function refuseFull(session: IrcSession, { name }: Room): void {
  session.numeric(ERR.CANNOTSENDTOCHAN, name, "Not sent: server cannot store messages now");
}

/** The tags that are the clients' own business: handed on as they are, if they are well-formed. */
export function clientTags(tags: Tags): Tags {
  let own: Record<string, string> | undefined;
  for (const key in tags) {
    if (key.charCodeAt(0) === 0x2b /* + */ && CLIENT_TAG.test(key)) (own ??= {})[key] = tags[key]!;
  }
  return own ?? NO_TAGS;
}

/** What a person typed of a message: that of `/me waves` is `waves`. https://modern.ircdocs.horse/ctcp */
function withoutCtcp(text: string): string {
  if (!text.startsWith("\x01")) return text;
  return text.slice(1, text.endsWith("\x01") ? -1 : undefined).replace(/^\S* ?/, "");
}
