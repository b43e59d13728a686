/**
 * Where in a room's history a time is, after the clock was set back: from then on until the time has caught up, messages
 * were shown with a time that is less than the stamp they are ordered by.
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

/** Whether a message was shown with another time than the one it is ordered by. */
export function isShownEarlier({ stamp, row }: PlacedRow): boolean {
  return row.time !== stamp;
}
