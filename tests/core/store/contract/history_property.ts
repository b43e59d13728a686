/** The history against the simplest model there is: a sorted list. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { HistoryQuery, HistoryRef, HistoryRow } from "../../../../core/store/store.ts";
import { idOf, message, pruneAll } from "../rows.ts";
import type { Contract } from "./contract.ts";

const ROOMS = ["#a", "#B"];
const time = fc.integer({ min: 0, max: 12 });
const limit = fc.integer({ min: 0, max: 12 });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ room: fc.constantFrom(...ROOMS), time }) },
  { weight: 2, arbitrary: fc.constant("commit") },
  { weight: 1, arbitrary: fc.record({ pruneBefore: time }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Queries that point to times, to the messages of these steps and to one that nobody sent. */
function queryAbout(steps: readonly Step[]): fc.Arbitrary<HistoryQuery> {
  const ids = steps.flatMap((what, at) =>
    typeof what !== "string" && "time" in what ? idOf(`${at}`, what.time) : []
  );
  const id = fc.constantFrom(idOf("nobody", 5), ...ids);
  const ref: fc.Arbitrary<HistoryRef> = fc.oneof(fc.record({ time }), fc.record({ id }));
  return fc.oneof(
    fc.record({ kind: fc.constant("latest"), since: fc.option(ref, { nil: undefined }), limit }),
    fc.record({ kind: fc.constantFrom("before", "after", "around"), ref, limit }),
    fc.record({ kind: fc.constant("between"), start: ref, end: ref, limit }),
  );
}

/** What a room's history is, in words that need no index. */
function answer(rows: readonly HistoryRow[], query: HistoryQuery): HistoryRow[] {
  // Each row and each reference becomes a number on one line: rows are 2, 4, 6..., so that times fit between.
  const spot = (ref: HistoryRef): { first: number; last: number } | undefined => {
    const hits = rows.flatMap((row, at) =>
      ("id" in ref ? row.id === ref.id : row.time === ref.time) ? [2 * at + 2] : []
    );
    if (hits.length > 0) return { first: hits.at(0)!, last: hits.at(-1)! };
    if ("id" in ref) return undefined;
    const earlier = rows.filter((row) => row.time < ref.time).length;
    return { first: 2 * earlier + 1, last: 2 * earlier + 1 };
  };
  const within = (low: number, high: number) =>
    rows.filter((_, at) => 2 * at + 2 > low && 2 * at + 2 < high);
  const last = (rows: HistoryRow[], limit: number) => limit === 0 ? [] : rows.slice(-limit);
  const { limit } = query;
  switch (query.kind) {
    case "latest": {
      if (query.since === undefined) return last([...rows], limit);
      const since = spot(query.since);
      return since ? last(within(since.last, Infinity), limit) : [];
    }
    case "between": {
      const start = spot(query.start);
      const end = spot(query.end);
      if (start === undefined || end === undefined) return [];
      return start.first <= end.first
        ? within(start.last, end.first).slice(0, limit)
        : last(within(end.last, start.first), limit);
    }
  }
  const middle = spot(query.ref);
  if (middle === undefined) return [];
  if (query.kind === "before") return last(within(-1, middle.first), limit);
  if (query.kind === "after") return within(middle.last, Infinity).slice(0, limit);
  const older = Math.floor(limit / 2);
  return [
    ...last(within(-1, middle.first), older),
    ...within(middle.first - 1, Infinity).slice(0, limit - older),
  ];
}

/** Tests of `Store.history` and `Store.upkeep.prune()`. */
export function testHistoryAgainstModel({ name, open }: Contract): void {
  Deno.test(`${name}: query() answers as a sorted list would, whatever was appended, committed and pruned`, async () => {
    const run = fc.asyncProperty(
      fc.array(step, { maxLength: 30 }).chain((steps) =>
        fc.tuple(fc.constant(steps), fc.array(queryAbout(steps), { minLength: 1, maxLength: 8 }))
      ),
      async ([steps, queries]) => {
        await using store = await open();
        let model: HistoryRow[] = [];
        for (const [at, what] of steps.entries()) {
          if (what === "commit") await store.history.commit();
          else if ("pruneBefore" in what) {
            const kept = model.filter(({ time }) => time >= what.pruneBefore);
            assert.equal(await pruneAll(store, what.pruneBefore), model.length - kept.length);
            model = kept;
          } else {
            const row = message({ name: `${at}`, ...what, room: what.room.toLowerCase() });
            store.history.append({ ...row, room: what.room });
            model.push(row);
          }
        }
        for (const room of ROOMS) {
          const rows = model.filter((row) => row.room === room.toLowerCase())
            .toSorted((left, right) => left.time - right.time);
          for (const query of queries) {
            const found = await store.history.query({ name: room, life: 1 }, query);
            assert.deepEqual(found, answer(rows, query));
          }
        }
      },
    );
    await fc.assert(run, { numRuns: 400 });
  });
}
