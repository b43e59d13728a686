/**
 * Decides acts in rooms: returns the resulting events, or a refusal. Pure: changes nothing.
 *
 * Permissions follow https://modern.ircdocs.horse/#channel-modes
 *
 * @module
 */
import { matchesMask } from "../../irc/masks.ts";
import type { Decision, DecisionContext } from "./decide_users.ts";
import type { HubEvent, ModeChange, RoomRef, SavedRoom } from "./events.ts";
import { effectiveChanges } from "./room_modes.ts";
import type { Room, User } from "./types.ts";

/** Rooms that one user may be in. */
export const MAX_ROOMS_PER_USER = 100;
/** Rooms that one account may own. */
export const MAX_ROOMS_PER_FOUNDER = 50;

/** Why a user may not join. */
export type JoinRefusal =
  | "too-many-rooms"
  | "invite-only"
  | "banned"
  | "wrong-key"
  | "full"
  | "too-many-owned";

/** Options for removing a member. */
export interface RemovalOptions {
  readonly by: User;
  readonly reason: string;
}

/** Decides a join. A missing room is created, with the user as its operator and founder. */
export function decideJoin(
  { state, time }: DecisionContext,
  user: User,
  { name, key, newLife }: {
    readonly name: string;
    readonly key: string | undefined;
    /** A number that no former room of that name had. */
    readonly newLife: () => number;
  },
): Decision<JoinRefusal> {
  const room = state.room(name);
  if (room?.members.has(user)) return [];
  if (user.rooms.size >= MAX_ROOMS_PER_USER) return "too-many-rooms";
  if (room) {
    const isFounder = room.founder !== undefined && room.founder === user.account;
    return refusalOf(user, room, key) ?? [joining(user, room.ref, { time, op: isFounder })];
  }
  const { account } = user;
  if (account !== undefined && state.roomsOwnedBy(account) >= MAX_ROOMS_PER_FOUNDER) {
    return "too-many-owned";
  }
  const opened = decideOpen({ time }, {
    name,
    topic: undefined,
    founder: account,
    permanent: false,
    createdAt: time,
    life: newLife(),
    key: undefined,
    limit: undefined,
    flags: ["n", "t"],
    bans: [],
  });
  return [opened, joining(user, opened.room, { time, op: true })];
}

/** The event that creates a room, such as a saved one. */
export function decideOpen(
  { time }: Pick<DecisionContext, "time">,
  saved: SavedRoom,
): Extract<HubEvent, { kind: "room-opened" }> {
  const { name, life } = saved;
  return { kind: "room-opened", time, room: { kind: "room", name, life }, saved };
}

/** Decides a new topic; an empty text removes it. */
export function decideTopic(
  { time }: DecisionContext,
  { ref: room }: Room,
  { text, by }: { readonly text: string; readonly by: User },
): readonly HubEvent[] {
  const topic = text === "" ? undefined : { text, by: by.nick, at: time };
  return [{ kind: "topic-changed", time, room, by: by.facts, topic }];
}

/** Decides mode changes that have been validated; those without an effect are dropped. */
export function decideModes(
  { state, time }: DecisionContext,
  room: Room,
  { wanted, by }: { readonly wanted: readonly ModeChange[]; readonly by: User },
): readonly HubEvent[] {
  const changes = effectiveChanges(room, wanted, (nick) => state.rankOf(room, nick));
  if (changes.length === 0) return [];
  return [{ kind: "modes-changed", time, room: room.ref, by: by.facts, changes }];
}

/** Decides an invitation; if an operator invites, the guest may join once in spite of the modes. */
export function decideInvite(
  { time }: DecisionContext,
  room: Room,
  { by, guest }: { readonly by: User; readonly guest: User },
): readonly HubEvent[] {
  const admits = isOperatorOf(by, room);
  return [{ kind: "invited", time, room: room.ref, by: by.facts, guest: guest.facts, admits }];
}

/** Decides that a room has no owner any more: its founder gave it up or dropped the account. */
export function decideDisown({ time }: DecisionContext, room: Room): readonly HubEvent[] {
  return room.founder === undefined ? [] : [{ kind: "disowned", time, room: room.ref }];
}

/** Whether a user may speak in a room now. */
export function maySayIn(user: User, room: Room): boolean {
  const membership = room.members.get(user);
  if (!membership && room.flags.has("n")) return false;
  if (membership?.op || membership?.voice) return true;
  if (room.flags.has("m")) return false;
  return room.bans.length === 0 || !isBannedFrom(user, room);
}

/** Whether a user may change a room's modes, kick and invite. */
export function isOperatorOf(user: User, room: Room): boolean {
  return room.members.get(user)?.op === true;
}

function joining(
  { facts }: User,
  room: RoomRef,
  { time, op }: { readonly time: number; readonly op: boolean },
): HubEvent {
  return { kind: "joined", time, user: facts, room, op };
}

function refusalOf(user: User, room: Room, key: string | undefined): JoinRefusal | undefined {
  if (room.founder !== undefined && room.founder === user.account) return undefined;
  if (user.invitedTo.has(room)) return undefined;
  if (room.flags.has("i")) return "invite-only";
  if (isBannedFrom(user, room)) return "banned";
  if (room.key !== undefined && room.key !== key) return "wrong-key";
  if (room.limit !== undefined && room.members.size >= room.limit) return "full";
  return undefined;
}

function isBannedFrom(user: User, room: Room): boolean {
  return room.bans.some((mask) => matchesMask(mask, user.mask));
}
