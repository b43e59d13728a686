/**
 * Places in a room's history, and the stretches between them that a query means. Pure; knows no database.
 *
 * @module
 */
import type { HistoryQuery, HistoryRef } from "./store.ts";

/** A message's place in the order of its room: by time, then by arrival. */
export interface Place {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Arrival: 1 and up. */
  readonly seq: number;
}

/** A part of a room's history. Both bounds are exclusive. */
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

const MAX_SEQ = Number.MAX_SAFE_INTEGER;
/** Before every row. */
const BEGINNING: Place = { time: -MAX_SEQ, seq: 0 };
/** After every row. */
const END: Place = { time: MAX_SEQ, seq: MAX_SEQ };

/** Which of two places comes first: negative, zero or positive, as `sort()` wants it. */
export function comparePlaces(left: Place, right: Place): number {
  return left.time - right.time || left.seq - right.seq;
}

/** What {@linkcode stretchesOf} has to know of the room. */
export interface StretchOptions {
  /** Finds a message of the room by its id. */
  readonly placeOf: (id: string) => Place | undefined;
  /** Nothing older than this is part of the answer; milliseconds since 1970. */
  readonly notBefore: number;
}

/**
 * The stretches of history that make up a query's answer, in their order.
 *
 * @returns none when an id is unknown.
 */
export function stretchesOf(
  query: HistoryQuery,
  { placeOf, notBefore }: StretchOptions,
): Stretch[] {
  const start: Place = { time: notBefore, seq: 0 };
  return allStretchesOf(query, placeOf).map((stretch) => ({
    ...stretch,
    low: comparePlaces(stretch.low, start) < 0 ? start : stretch.low,
  }));
}

function allStretchesOf(
  query: HistoryQuery,
  placeOf: (id: string) => Place | undefined,
): Stretch[] {
  const limit = Math.max(0, Math.floor(query.limit));
  const edges = (ref: HistoryRef) => edgesOf(ref, placeOf);
  switch (query.kind) {
    case "latest": {
      if (query.since === undefined) return [{ low: BEGINNING, high: END, limit, keep: "newest" }];
      const since = edges(query.since);
      return since ? [{ low: since.after, high: END, limit, keep: "newest" }] : [];
    }
    case "before": {
      const ref = edges(query.ref);
      return ref ? [{ low: BEGINNING, high: ref.before, limit, keep: "newest" }] : [];
    }
    case "after": {
      const ref = edges(query.ref);
      return ref ? [{ low: ref.after, high: END, limit, keep: "oldest" }] : [];
    }
    case "around": {
      const ref = edges(query.ref);
      if (ref === undefined) return [];
      const older = Math.floor(limit / 2);
      const middle = { time: ref.before.time, seq: ref.before.seq - 1 };
      return [
        { low: BEGINNING, high: ref.before, limit: older, keep: "newest" },
        { low: middle, high: END, limit: limit - older, keep: "oldest" },
      ];
    }
    case "between": {
      const start = edges(query.start);
      const end = edges(query.end);
      if (start === undefined || end === undefined) return [];
      return comparePlaces(start.before, end.before) <= 0
        ? [{ low: start.after, high: end.before, limit, keep: "oldest" }]
        : [{ low: end.after, high: start.before, limit, keep: "newest" }];
    }
  }
}

/** The places just before and just after what a reference points to: one row, or all rows of one millisecond. */
interface Edges {
  readonly before: Place;
  readonly after: Place;
}

function edgesOf(
  ref: HistoryRef,
  placeOf: (id: string) => Place | undefined,
): Edges | undefined {
  if ("id" in ref) {
    const place = placeOf(ref.id);
    return place && { before: place, after: place };
  }
  return { before: { time: ref.time, seq: 0 }, after: { time: ref.time, seq: MAX_SEQ } };
}
