/**
 * The hub's rooms: coming in, leaving, topics, modes, and who may do what.
 *
 * Permissions follow https://modern.ircdocs.horse/#channel-modes
 *
 * @module
 */
import { foldName } from "../irc/names.ts";
import { matchesMask } from "../irc/masks.ts";
import type { HubEvent, Membership, ModeChange, Room, RoomFlag, User } from "./types.ts";

/** Rooms one user may be in. */
export const MAX_ROOMS_PER_USER = 100;
/** Rooms one account may own. */
export const MAX_ROOMS_PER_FOUNDER = 50;
/** Ban masks of one room. */
export const MAX_BANS = 100;

/** Why somebody may not come in. */
export type JoinRefusal =
  | "too-many-rooms"
  | "invite-only"
  | "banned"
  | "wrong-key"
  | "full"
  | "too-many-owned";

/** A room as it is remembered between two starts. */
export type SavedRoom =
  & Pick<Room, "name" | "topic" | "founder" | "permanent" | "createdAt" | "life" | "key" | "limit">
  & {
    readonly flags: readonly RoomFlag[];
    readonly bans: readonly string[];
  };

interface RoomsOptions {
  readonly now: () => number;
  readonly newLife: () => number;
  readonly toRoom: (room: Room, event: HubEvent) => void;
  readonly toUser: (user: User, event: HubEvent) => void;
  readonly toObserver: (event: HubEvent) => void;
}

/** All rooms of a hub. */
export class Rooms {
  #rooms = new Map<string, Room>();
  #owned = new Map<string, number>();
  #options: RoomsOptions;

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** Every room, in order of creation. */
  [Symbol.iterator](): IterableIterator<Room> {
    return this.#rooms.values();
  }

  /** How many there are. */
  get count(): number {
    return this.#rooms.size;
  }

  /** The room of that name, whatever its case. */
  find(name: string): Room | undefined {
    return this.#rooms.get(foldName(name));
  }

  /** Brings back a room that was saved, or makes one without a founder. */
  restore(saved: SavedRoom): Room {
    const room: Room = {
      ...saved,
      flags: new Set(saved.flags),
      bans: [...saved.bans],
      members: new Map(),
      invited: new WeakSet(),
    };
    this.#rooms.set(foldName(saved.name), room);
    if (saved.founder !== undefined) this.#count(saved.founder, 1);
    return room;
  }

  /**
   * Brings a user into a room, which is made when there is none: then they are its operator and, signed in,
   * its founder. Being in it already is fine, and nobody is told.
   */
  join(user: User, name: string, key?: string): Room | JoinRefusal {
    const present = this.find(name);
    if (present?.members.has(user)) return present;
    if (user.rooms.size >= MAX_ROOMS_PER_USER) return "too-many-rooms";
    const refusal = present && this.#refusal(user, present, key);
    if (refusal) return refusal;
    if (
      !present && user.account !== undefined &&
      (this.#owned.get(user.account) ?? 0) >= MAX_ROOMS_PER_FOUNDER
    ) return "too-many-owned";
    const room = present ?? this.restore({
      name,
      topic: undefined,
      founder: user.account,
      permanent: false,
      createdAt: this.#options.now(),
      life: this.#options.newLife(),
      flags: ["n", "t"],
      bans: [],
      key: undefined,
      limit: undefined,
    });
    const op = !present || (room.founder !== undefined && room.founder === user.account);
    room.members.set(user, { op, voice: false });
    user.rooms.add(room);
    room.invited.delete(user);
    this.#options.toRoom(room, { kind: "joined", time: this.#options.now(), user, room });
    return room;
  }

  /** Takes a user out of a room. */
  part(user: User, room: Room, reason: string): void {
    this.#options.toRoom(room, { kind: "left", time: this.#options.now(), user, room, reason });
    this.#drop(user, room);
  }

  /** Throws a user out of a room. */
  kick(user: User, room: Room, { by, reason }: { by: User; reason: string }): void {
    const time = this.#options.now();
    this.#options.toRoom(room, { kind: "kicked", time, user, room, by, reason });
    this.#drop(user, room);
  }

  /** Takes a user out of all rooms, without a word: they are gone already. */
  removeUser(user: User): void {
    for (const room of [...user.rooms]) this.#drop(user, room);
  }

  /** Sets a topic; the empty text takes it away. */
  setTopic(room: Room, text: string, by: User): void {
    const at = this.#options.now();
    room.topic = text === "" ? undefined : { text, by: by.nick, at };
    this.#options.toRoom(room, { kind: "topic-changed", time: at, room, by });
  }

  /** Invites a guest. Where an operator does, they may come in once, whatever the modes say. */
  invite(room: Room, by: User, guest: User): void {
    if (this.isOperator(by, room)) room.invited.add(guest);
    const event = { kind: "invited", time: this.#options.now(), room, by, guest } as const;
    this.#options.toUser(guest, event);
  }

  /** Applies changes that were checked before; those that change nothing are left out. */
  setModes(room: Room, wanted: readonly ModeChange[], by: User): void {
    const changes = wanted.filter((change) => this.#apply(room, change));
    if (changes.length === 0) return;
    const time = this.#options.now();
    this.#options.toRoom(room, { kind: "modes-changed", time, room, by, changes });
  }

  /** An account is gone: nobody owns its rooms any more, and those that are empty are gone with it. */
  disown(account: string): void {
    for (const room of [...this.#rooms.values()]) {
      if (room.founder === account) this.giveUp(room);
    }
  }

  /** Nobody owns a room any more; if it is empty, it is gone. */
  giveUp(room: Room): void {
    if (room.founder === undefined) return;
    this.#count(room.founder, -1);
    room.founder = undefined;
    this.#options.toObserver({ kind: "disowned", time: this.#options.now(), room });
    this.#forgetIfLeft(room);
  }

  /** Whether a user may speak in a room now. */
  maySay(user: User, room: Room): boolean {
    const membership = room.members.get(user);
    if (!membership && room.flags.has("n")) return false;
    if (membership?.op || membership?.voice) return true;
    if (room.flags.has("m")) return false;
    return room.bans.length === 0 || !isBanned(user, room);
  }

  /** Whether a user may see that a room exists and who is in it. */
  maySee(user: User | undefined, room: Room): boolean {
    return !room.flags.has("s") || (user !== undefined && room.members.has(user));
  }

  /** Whether a user may change a room's modes, kick and invite. */
  isOperator(user: User, room: Room): boolean {
    return room.members.get(user)?.op === true;
  }

  #refusal(user: User, room: Room, key: string | undefined): JoinRefusal | undefined {
    if (room.founder !== undefined && room.founder === user.account) return undefined;
    if (room.invited.has(user)) return undefined;
    if (room.flags.has("i")) return "invite-only";
    if (isBanned(user, room)) return "banned";
    if (room.key !== undefined && room.key !== key) return "wrong-key";
    if (room.limit !== undefined && room.members.size >= room.limit) return "full";
    return undefined;
  }

  #drop(user: User, room: Room): void {
    room.members.delete(user);
    user.rooms.delete(room);
    this.#forgetIfLeft(room);
  }

  #forgetIfLeft(room: Room): void {
    if (room.members.size === 0 && room.founder === undefined && !room.permanent) {
      this.#rooms.delete(foldName(room.name));
    }
  }

  #apply(room: Room, { add, letter, param }: ModeChange): boolean {
    switch (letter) {
      case "o":
      case "v":
        return setRank(memberNamed(room, param), letter === "o" ? "op" : "voice", add);
      case "b":
        return add ? addBan(room, param ?? "") : removeBan(room, param ?? "");
      case "k":
        if (!add && room.key === undefined) return false;
        room.key = add ? param : undefined;
        return true;
      case "l":
        if (!add && room.limit === undefined) return false;
        room.limit = add ? Number(param) : undefined;
        return true;
      default:
        if (room.flags.has(letter as RoomFlag) === add) return false;
        if (add) room.flags.add(letter as RoomFlag);
        else room.flags.delete(letter as RoomFlag);
        return true;
    }
  }

  #count(founder: string, by: number): void {
    const owned = (this.#owned.get(founder) ?? 0) + by;
    if (owned > 0) this.#owned.set(founder, owned);
    else this.#owned.delete(founder);
  }
}

/** The membership of the member with that nick. */
function memberNamed(room: Room, nick: string | undefined): Membership | undefined {
  if (nick === undefined) return undefined;
  const folded = foldName(nick);
  for (const [user, membership] of room.members) {
    if (foldName(user.nick) === folded) return membership;
  }
  return undefined;
}

function setRank(member: Membership | undefined, rank: "op" | "voice", add: boolean): boolean {
  if (!member || member[rank] === add) return false;
  member[rank] = add;
  return true;
}

function addBan(room: Room, mask: string): boolean {
  if (room.bans.includes(mask) || room.bans.length >= MAX_BANS) return false;
  room.bans.push(mask);
  return true;
}

function removeBan(room: Room, mask: string): boolean {
  const at = room.bans.findIndex((ban) => foldName(ban) === foldName(mask));
  if (at < 0) return false;
  room.bans.splice(at, 1);
  return true;
}

function isBanned(user: User, room: Room): boolean {
  return room.bans.some((mask) => matchesMask(mask, user.mask));
}
