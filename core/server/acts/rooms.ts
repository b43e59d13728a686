/** Entering, leaving and changing rooms. @module */
import { isRoomName } from "../../ground/names.ts";
import type { JoinRefusal } from "../hub/decide_rooms.ts";
import type { Room, User } from "../hub/types.ts";
import type { Actor } from "./actor.ts";
import type { ServerContext } from "./context.ts";
import { maySpeak } from "./say.ts";

type RoomServer = Pick<ServerContext, "directory" | "guests" | "hub">;

/** Why an actor may not join a room. */
export type EntryRefusal = { readonly state: "bad-room-name" | "sign-in-first" | JoinRefusal };

/** Outcome of {@linkcode joinRoom}. */
export type JoinOutcome =
  | { readonly state: "joined" | "already-in"; readonly room: Room }
  | EntryRefusal;

/** Why an act in a room is refused. */
export type RoomRefusal =
  /** The room does not exist, or is secret. */
  | { readonly state: "no-such-room"; readonly room: string }
  | { readonly state: "not-in-room"; readonly room: string }
  | { readonly state: "not-operator"; readonly room: string }
  | { readonly state: "no-such-user"; readonly nick: string }
  | {
    readonly state: "user-not-in-room" | "user-already-in-room";
    readonly nick: string;
    readonly room: string;
  };

/** Outcome of an act that changes a room. */
export type RoomOutcome = { readonly state: "done" } | RoomRefusal;

/** Outcome of {@linkcode inviteToRoom}, with both names as written. */
export type InviteOutcome =
  | { readonly state: "invited"; readonly nick: string; readonly room: string }
  | RoomRefusal;

/** Outcome of {@linkcode giveUpRoom}. `not-owner` also for a room that does not exist, because others may be secret. */
export type GiveUpOutcome =
  | { readonly state: "given-up"; readonly room: string }
  | { readonly state: "not-signed-in" }
  | { readonly state: "not-owner"; readonly room: string };

const DONE = Object.freeze({ state: "done" });

/** Joins a room, and shows it to the other sessions of the same user. */
export function joinRoom(
  server: RoomServer,
  actor: Actor,
  { room: name, key }: { readonly room: string; readonly key?: string | undefined },
): JoinOutcome {
  const { directory, hub: { rooms } } = server;
  const { user } = actor;
  if (!isRoomName(name)) return { state: "bad-room-name" };
  if (!user || !maySpeak(server, actor)) return { state: "sign-in-first" };
  const present = rooms.find(name);
  if (present?.members.has(user)) return { state: "already-in", room: present };
  const room = rooms.join(user, name, key);
  if (typeof room === "string") return { state: room };
  for (const own of directory.sessionsOfUser(user)) if (own !== actor) own.showRoom(room);
  return { state: "joined", room };
}

/** Leaves a room. */
export function leaveRoom(
  server: RoomServer,
  actor: Actor,
  { room: name, reason }: { readonly room: string; readonly reason: string },
): RoomOutcome {
  const found = findOwnRoom(server, actor, name);
  if (found.state !== "found") return found;
  server.hub.rooms.part(found.user, found.room, reason);
  return DONE;
}

/** Leaves all rooms. */
export function leaveAllRooms({ hub }: RoomServer, { user }: Actor): void {
  for (const room of [...user?.rooms ?? []]) if (user) hub.rooms.part(user, room, "");
}

/** Sets a topic, or removes it if `""`; only for operators if the room has mode `t`. */
export function setRoomTopic(
  server: RoomServer,
  actor: Actor,
  { room: name, topic }: { readonly room: string; readonly topic: string },
): RoomOutcome {
  const found = findOwnRoom(server, actor, name);
  if (found.state !== "found") return found;
  const { room, user } = found;
  const refusal = room.flags.has("t") ? refusalUnlessOperator(server, found) : undefined;
  if (refusal) return refusal;
  server.hub.rooms.setTopic(room, topic, user);
  return DONE;
}

/** Removes a member from a room. */
export function kickFromRoom(
  server: RoomServer,
  actor: Actor,
  { room: name, nick, reason }: {
    readonly room: string;
    readonly nick: string;
    readonly reason: string;
  },
): RoomOutcome {
  const found = findOwnRoom(server, actor, name);
  if (found.state !== "found") return found;
  const refusal = refusalUnlessOperator(server, found);
  if (refusal) return refusal;
  const { hub } = server;
  const { room, user: by } = found;
  const user = hub.user(nick);
  if (!user) return { state: "no-such-user", nick };
  if (!room.members.has(user)) return { state: "user-not-in-room", nick, room: room.name };
  hub.rooms.kick(user, room, { by, reason });
  return DONE;
}

/** Invites a user; only for operators if the room has mode `i`. */
export function inviteToRoom(
  server: RoomServer,
  actor: Actor,
  { room: name, nick }: { readonly room: string; readonly nick: string },
): InviteOutcome {
  const found = findOwnRoom(server, actor, name);
  if (found.state !== "found") return found;
  const { room, user } = found;
  const refusal = room.flags.has("i") ? refusalUnlessOperator(server, found) : undefined;
  if (refusal) return refusal;
  const guest = server.hub.user(nick);
  if (!guest) return { state: "no-such-user", nick };
  const names = { nick: guest.nick, room: room.name };
  if (room.members.has(guest)) return { state: "user-already-in-room", ...names };
  server.hub.rooms.invite(room, user, guest);
  return { state: "invited", ...names };
}

/** Gives up the ownership of a room. */
export function giveUpRoom({ hub }: RoomServer, actor: Actor, name: string): GiveUpOutcome {
  if (actor.account === undefined) return { state: "not-signed-in" };
  const room = hub.rooms.find(name);
  if (!room || room.founder !== actor.account) return { state: "not-owner", room: name };
  hub.rooms.giveUp(room);
  return { state: "given-up", room: room.name };
}

/** The room of that name, if the actor may see it. */
export function findVisibleRoom(
  { hub: { rooms } }: Pick<ServerContext, "hub">,
  { user }: Pick<Actor, "user">,
  name: string,
): Room | undefined {
  const room = rooms.find(name);
  return room && rooms.maySee(user, room) ? room : undefined;
}

/** The rooms that the actor may see, in order of creation. */
export function* visibleRooms(
  { hub: { rooms } }: Pick<ServerContext, "hub">,
  { user }: Pick<Actor, "user">,
): Generator<Room> {
  for (const room of rooms) if (rooms.maySee(user, room)) yield room;
}

/** A room that the actor is in. */
export interface OwnRoom {
  readonly state: "found";
  readonly room: Room;
  readonly user: User;
}

/** The room of that name, if the actor is in it. */
export function findOwnRoom(
  server: Pick<ServerContext, "hub">,
  actor: Pick<Actor, "user">,
  name: string,
): OwnRoom | Extract<RoomRefusal, { state: "no-such-room" | "not-in-room" }> {
  const room = findVisibleRoom(server, actor, name);
  const { user } = actor;
  if (!room) return { state: "no-such-room", room: name };
  return user && room.members.has(user)
    ? { state: "found", room, user }
    : { state: "not-in-room", room: name };
}

function refusalUnlessOperator(
  { hub }: RoomServer,
  { room, user }: OwnRoom,
): RoomRefusal | undefined {
  return hub.rooms.isOperator(user, room) ? undefined : { state: "not-operator", room: room.name };
}
