/** Sends messages to rooms and users, for every door: the hot path. @module */
import { isServiceSignIn } from "../../ground/sign_in_words.ts";
import type { OutgoingMessage } from "../hub/hub.ts";
import type { User } from "../hub/types.ts";
import type { Actor } from "./actor.ts";
import type { ServerContext } from "./context.ts";

type SayServer = Pick<ServerContext, "guests" | "hub" | "writer">;

/** Why a message is refused, for any target. */
export type SpeechRefusal = { readonly state: "sign-in-first" | "has-password" };

/** Outcome of {@linkcode sayToRoom}. */
export type RoomSpeechOutcome =
  | { readonly state: "said" }
  | SpeechRefusal
  /** The room does not exist, or is secret. */
  | { readonly state: "no-such-room"; readonly room: string }
  | { readonly state: "may-not-speak"; readonly room: string }
  /** Too many messages wait because the database cannot be written: a message that cannot be stored is not sent. */
  | { readonly state: "history-full"; readonly room: string };

/** Outcome of {@linkcode sayToUser}. */
export type PrivateSpeechOutcome =
  | {
    readonly state: "said";
    readonly nick: string;
    /** The receiver's reason for being away. */
    readonly away: string | undefined;
    /** Whether it is held back for all of the receiver's sessions, until they send something. */
    readonly isHeld: boolean;
  }
  | SpeechRefusal
  | { readonly state: "no-such-user"; readonly nick: string };

const SAID = Object.freeze({ state: "said" });

/** Whether an actor may send messages at all: with an account, or as a guest if guests are allowed. */
export function maySpeak(
  { guests }: Pick<ServerContext, "guests">,
  { account }: Pick<Actor, "account">,
): boolean {
  return guests || account !== undefined;
}

/** Sends a message to a room. */
export function sayToRoom(
  server: SayServer,
  actor: Actor,
  { room: name, message }: { readonly room: string; readonly message: OutgoingMessage },
): RoomSpeechOutcome {
  const { hub, writer } = server;
  const { user } = actor;
  if (!user || !maySpeak(server, actor)) return { state: "sign-in-first" };
  if (hasPassword(actor, message.text)) return { state: "has-password" };
  const room = hub.rooms.find(name);
  if (room && hub.rooms.maySay(user, room)) {
    if (writer.isFull) return { state: "history-full", room: room.name };
    hub.say(actor, room, message);
    return SAID;
  }
  return room && hub.rooms.maySee(user, room)
    ? { state: "may-not-speak", room: room.name }
    : { state: "no-such-room", room: name };
}

/** Sends a message to one user. */
export function sayToUser(
  server: SayServer,
  actor: Actor,
  { nick, message }: { readonly nick: string; readonly message: OutgoingMessage },
): PrivateSpeechOutcome {
  const { hub } = server;
  if (!actor.user || !maySpeak(server, actor)) return { state: "sign-in-first" };
  if (hasPassword(actor, message.text)) return { state: "has-password" };
  const user = hub.user(nick);
  if (!user) return { state: "no-such-user", nick };
  hub.say(actor, user, message);
  return { state: "said", nick: user.nick, away: user.away, isHeld: isHeldFor(user) };
}

/** Whether a text contains a password: one used on this connection, or that of a mistyped sign-in. */
function hasPassword({ secrets }: Actor, text: string): boolean {
  const words = withoutCtcp(text);
  return secrets.has(words) || isServiceSignIn(words);
}

/** The part of a message that a person typed: for `/me waves`, `waves`. https://modern.ircdocs.horse/ctcp */
function withoutCtcp(text: string): string {
  if (!text.startsWith("\x01")) return text;
  return text.slice(1, text.endsWith("\x01") ? -1 : undefined).replace(/^\S* ?/, "");
}

function isHeldFor({ sessions }: User): boolean {
  for (const session of sessions.values()) if (!session?.holdsBack) return false;
  return true;
}
