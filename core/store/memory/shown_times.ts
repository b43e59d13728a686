/**
 * Finds a time in a room's history after the clock was set back: until the time has caught up, messages
 * have a shown time that is less than the stamp that orders them.
 *
 * @module
 */
import { type Edges, edgesOfTime, type PlacedRow } from "../history_place.ts";

/** The edges of a time among a room's rows. */
export function edgesOfShownTime(rows: readonly PlacedRow[], time: number): Edges {
  const shown = rows.filter(isShownEarlier)
    .sort((left, right) => left.row.time - right.row.time || left.seq - right.seq);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last || time > last.stamp || time < first.row.time) return edgesOfTime(time);
  if (rows.some((row) => row.stamp === time && !isShownEarlier(row))) return edgesOfTime(time);
  const from = shown.find(({ row }) => row.time >= time);
  const after = shown.findLast(({ row }) => row.time <= time) ?? last;
  return { before: from ?? { stamp: after.stamp, seq: after.seq + 1 }, after };
}

/** Whether a message's shown time differs from its stamp. */
export function isShownEarlier({ stamp, row }: PlacedRow): boolean {
  return row.time !== stamp;
}
