/**
 * What `LIST` is asked for: `ELIST=CMNTU` of https://modern.ircdocs.horse/#elist-parameter
 *
 * @module
 */
import { matchesMask } from "./masks.ts";

/** What of a room a filter looks at. Times are in milliseconds since 1970. */
export interface FilteredRoom {
  /** Its name, `#` included. */
  readonly name: string;
  /** How many are in it. */
  readonly members: number;
  /** When its topic was set; `undefined` where it has none. */
  readonly topicAt: number | undefined;
  /** When it was made. */
  readonly createdAt: number;
}

/** Whether a room is to be listed. */
export type ListFilter = (room: FilteredRoom) => boolean;

const MINUTE_MS = 60_000;
const CONDITION = /^([CT]?)([<>])(\d{1,9})$/i;

/**
 * Reads the parameter of `LIST`, conditions and names parted by commas: `>3` and `<10` by members, `C<60` and `C>60`
 * made less or more than so many minutes ago, `T<60` and `T>60` the same of the topic, `*tea*` by name, `!*tea*` by not
 * being called so. A room is listed that fulfils each condition, and fits one of the names, where there are any.
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
