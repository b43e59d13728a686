/**
 * The filters of `LIST`: `ELIST=CMNTU` of https://modern.ircdocs.horse/#elist-parameter
 *
 * @module
 */
import { matchesMask } from "./masks.ts";

/** The properties of a room that a filter uses. Times are in milliseconds since 1970. */
export interface FilteredRoom {
  /** Its name, `#` included. */
  readonly name: string;
  /** Number of members. */
  readonly members: number;
  /** When its topic was set; `undefined` if it has none. */
  readonly topicAt: number | undefined;
  /** When it was created. */
  readonly createdAt: number;
}

/** Whether to list a room. */
export type ListFilter = (room: FilteredRoom) => boolean;

const MINUTE_MS = 60_000;
const CONDITION = /^([CT]?)([<>])(\d{1,9})$/i;

/**
 * Parses the parameter of `LIST`, conditions and names separated by commas: `>3` and `<10` by number of members, `C<60`
 * and `C>60` by minutes since creation, `T<60` and `T>60` by minutes since the topic was set, `*tea*` by name, `!*tea*`
 * by not having that name. A room is listed if it meets all conditions and matches one of the names, if there are any.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseListFilter } from "./list_filter.ts";
 * const room = { name: "#green-tea", members: 4, topicAt: undefined, createdAt: 0 };
 * assert(parseListFilter("*tea*,>3", 0)(room));
 * assert(!parseListFilter("*tea*,!#green*", 0)(room));
 * ```
 */
export function parseListFilter(text: string, nowMs: number): ListFilter {
  const words = text.split(",").filter((word) => word !== "");
  const conditions = words.flatMap((word) => parseCondition(word, nowMs) ?? []);
  const names = words.filter((word) => !CONDITION.test(word) && !word.startsWith("!"));
  return (room) =>
    conditions.every((fits) => fits(room)) &&
    (names.length === 0 || names.some((mask) => matchesMask(mask, room.name)));
}

function parseCondition(word: string, nowMs: number): ListFilter | undefined {
  if (word.startsWith("!") && word.length > 1) {
    return ({ name }) => !matchesMask(word.slice(1), name);
  }
  const found = CONDITION.exec(word);
  if (!found) return undefined;
  const [, kind = "", sign, digits] = found;
  const limit = Number(digits);
  const compare = (value: number) => sign === ">" ? value > limit : value < limit;
  const minutesSince = (time: number) => (nowMs - time) / MINUTE_MS;
  switch (kind.toUpperCase()) {
    case "C":
      return ({ createdAt }) => compare(minutesSince(createdAt));
    case "T":
      return ({ topicAt }) => topicAt !== undefined && compare(minutesSince(topicAt));
    default:
      return ({ members }) => compare(members);
  }
}
