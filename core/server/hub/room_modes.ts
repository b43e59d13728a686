/**
 * Applies changes to a room's modes. Pure.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { ModeChange, RoomFlag } from "./events.ts";
import type { Membership, Room } from "./types.ts";

/** Ban masks of one room. */
export const MAX_BANS = 100;

/** The modes that {@linkcode applyModeChange} changes. */
export interface RoomModes {
  readonly flags: Set<RoomFlag>;
  key: string | undefined;
  limit: number | undefined;
  readonly bans: string[];
}

/** The rank of the member with that nick; `undefined` if there is no such member. */
export type RankOf = (nick: string) => Membership | undefined;

/** Applies one change. Returns false when it has no effect. */
export function applyModeChange(
  modes: RoomModes,
  { add, letter, param }: ModeChange,
  rankOf: RankOf,
): boolean {
  switch (letter) {
    case "o":
    case "v":
      return setRank(rankOf(param ?? ""), letter === "o" ? "op" : "voice", add);
    case "b":
      return add ? addBan(modes.bans, param ?? "") : removeBan(modes.bans, param ?? "");
    case "k":
      if (!add && modes.key === undefined) return false;
      modes.key = add ? param : undefined;
      return true;
    case "l":
      if (!add && modes.limit === undefined) return false;
      modes.limit = add ? Number(param) : undefined;
      return true;
    default:
      return setFlag(modes.flags, letter as RoomFlag, add);
  }
}

/** The wanted changes that have an effect when applied in order. Does not apply them. */
export function effectiveChanges(
  { flags, key, limit, bans }: Room,
  wanted: readonly ModeChange[],
  rankOf: (nick: string) => Readonly<Membership> | undefined,
): readonly ModeChange[] {
  const draft: RoomModes = { flags: new Set(flags), key, limit, bans: [...bans] };
  const ranks = new Map<string, Membership>();
  const draftRankOf = (nick: string) => {
    const folded = foldName(nick);
    const rank = ranks.get(folded) ?? copyOf(rankOf(nick));
    if (rank) ranks.set(folded, rank);
    return rank;
  };
  return wanted.filter((change) => applyModeChange(draft, change, draftRankOf));
}

function copyOf(rank: Readonly<Membership> | undefined): Membership | undefined {
  return rank && { ...rank };
}

function setRank(member: Membership | undefined, rank: "op" | "voice", add: boolean): boolean {
  if (!member || member[rank] === add) return false;
  member[rank] = add;
  return true;
}

function setFlag(flags: Set<RoomFlag>, flag: RoomFlag, add: boolean): boolean {
  if (flags.has(flag) === add) return false;
  if (add) flags.add(flag);
  else flags.delete(flag);
  return true;
}

function addBan(bans: string[], mask: string): boolean {
  if (bans.includes(mask) || bans.length >= MAX_BANS) return false;
  bans.push(mask);
  return true;
}

function removeBan(bans: string[], mask: string): boolean {
  const at = bans.findIndex((ban) => foldName(ban) === foldName(mask));
  if (at < 0) return false;
  bans.splice(at, 1);
  return true;
}
