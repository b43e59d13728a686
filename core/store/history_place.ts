/**
 * Positions in a room's history, and the ranges that a query selects. Pure, without a database.
 *
 * @module
 */
import { stampOfId } from "../ground/message_id.ts";
import type {
  HistoryQuery,
  HistoryRef,
  HistoryRow,
  HistoryTarget,
  HistoryTargetRange,
} from "./history_store.ts";

/** A message's position in the order of its room: by stamp, then by arrival. */
export interface Place {
  /** Milliseconds since 1970, unless a clock was wrong. */
  readonly stamp: number;
  /** Order of arrival, from 1. */
  readonly seq: number;
}

/** A row with its position. */
export type PlacedRow = Place & { readonly row: HistoryRow };

/** A range of a room's history. Both bounds are exclusive. */
export interface Stretch {
  /** Before all rows. */
  readonly low: Place;
  /** After all rows. */
  readonly high: Place;
  /** Most rows wanted. */
  readonly limit: number;
  /** Which rows are kept when there are more. */
  readonly keep: "oldest" | "newest";
}

/** The positions just before and just after a reference: one row, or all rows of one time. */
export interface Edges {
  readonly before: Place;
  readonly after: Place;
}

const MAX_SEQ = Number.MAX_SAFE_INTEGER;
/** Before every row. */
const BEGINNING: Place = { stamp: -MAX_SEQ, seq: 0 };
/** After every row. */
const END: Place = { stamp: MAX_SEQ, seq: MAX_SEQ };

/** The stamp by which a row is ordered. */
export function stampOf({ id, time }: HistoryRow): number {
  return stampOfId(id) ?? time;
}

/** Compares two positions, for `sort()`. */
export function comparePlaces(left: Place, right: Place): number {
  return left.stamp - right.stamp || left.seq - right.seq;
}

/** The edges of one row. */
export function edgesOfRow(place: Place): Edges {
  return { before: place, after: place };
}

/** The edges of a time, if every row's stamp equals its time. */
export function edgesOfTime(time: number): Edges {
  return { before: { stamp: time, seq: 0 }, after: { stamp: time, seq: MAX_SEQ } };
}

/**
 * The ranges that a query selects, in order.
 *
 * @param edgesOf The edges of a reference; `undefined` for an id that is unknown in the room.
 * @returns no range when an id is unknown.
 */
export function stretchesOf(
  query: HistoryQuery,
  edgesOf: (ref: HistoryRef) => Edges | undefined,
): Stretch[] {
  const limit = Math.max(0, Math.floor(query.limit));
  switch (query.kind) {
    case "latest": {
      if (query.since === undefined) return [{ low: BEGINNING, high: END, limit, keep: "newest" }];
      const since = edgesOf(query.since);
      return since ? [{ low: since.after, high: END, limit, keep: "newest" }] : [];
    }
    case "before": {
      const ref = edgesOf(query.ref);
      return ref ? [{ low: BEGINNING, high: ref.before, limit, keep: "newest" }] : [];
    }
    case "after": {
      const ref = edgesOf(query.ref);
      return ref ? [{ low: ref.after, high: END, limit, keep: "oldest" }] : [];
    }
    case "around": {
      const ref = edgesOf(query.ref);
      if (ref === undefined) return [];
      const older = Math.floor(limit / 2);
      const middle = { stamp: ref.before.stamp, seq: ref.before.seq - 1 };
      return [
        { low: BEGINNING, high: ref.before, limit: older, keep: "newest" },
        { low: middle, high: END, limit: limit - older, keep: "oldest" },
      ];
    }
    case "between": {
      const start = edgesOf(query.start);
      const end = edgesOf(query.end);
      if (start === undefined || end === undefined) return [];
      return comparePlaces(start.before, end.before) <= 0
        ? [{ low: start.after, high: end.before, limit, keep: "oldest" }]
        : [{ low: end.after, high: start.before, limit, keep: "newest" }];
    }
  }
}

/** Those of the rooms' newest messages that `HistoryStore.targets` returns. */
export function targetsWithin(
  newest: readonly HistoryTarget[],
  { from, to, limit }: HistoryTargetRange,
): HistoryTarget[] {
  const [low, high] = from <= to ? [from, to] : [to, from];
  const targets = newest.filter(({ time }) => time > low && time < high)
    .sort((left, right) => left.time - right.time);
  return from <= to ? targets.slice(0, limit) : targets.slice(Math.max(0, targets.length - limit));
}
