/** Statistics of a stream with several receivers. @module */
import type { StreamStats } from "../../../peer/streams/mod.ts";

/**
 * Combines the statistics of all receivers: adds up counters, and takes the worst of each measurement.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { combineStats } from "./combined_stats.ts";
 * const one = { codec: "opus", bitsPerSecond: 8, bytes: 10, latencyMs: 30, jitterMs: 1, bufferMs: 80 };
 * const counts = { lost: 1, late: 0, dropped: 0 };
 * const both = combineStats([{ ...one, ...counts }, { ...one, ...counts, latencyMs: undefined }]);
 * assert.deepEqual([both.bytes, both.latencyMs, both.lost], [20, 30, 2]);
 * ```
 */
export function combineStats(all: readonly StreamStats[]): StreamStats {
  const most = (pick: (stats: StreamStats) => number) => Math.max(0, ...all.map(pick));
  const sum = (pick: (stats: StreamStats) => number) =>
    all.reduce((total, stats) => total + pick(stats), 0);
  const latencies = all.flatMap(({ latencyMs }) => latencyMs ?? []);
  return {
    codec: all.find(({ codec }) => codec !== "")?.codec ?? "",
    bitsPerSecond: most((stats) => stats.bitsPerSecond),
    bytes: sum((stats) => stats.bytes),
    latencyMs: latencies.length === 0 ? undefined : Math.max(...latencies),
    jitterMs: most((stats) => stats.jitterMs),
    bufferMs: most((stats) => stats.bufferMs),
    lost: sum((stats) => stats.lost),
    late: sum((stats) => stats.late),
    dropped: sum((stats) => stats.dropped),
  };
}
