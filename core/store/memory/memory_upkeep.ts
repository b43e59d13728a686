/**
 * The upkeep of a store in memory.
 *
 * @module
 */
import { EARLIEST_TIME } from "../../ground/clock.ts";
import type { PlacedRow } from "../history_place.ts";
import { StoreError } from "../store_error.ts";
import type { PruneCut, PruneOutcome, StoreSize, StoreUpkeep } from "../store_upkeep.ts";
import type { MemoryHistory } from "./memory_history.ts";
import { isShownEarlier } from "./shown_times.ts";

/** Estimated size of a message besides its text. */
const ROW_BYTES = 200;

/** A {@linkcode StoreUpkeep} in memory. */
export class MemoryUpkeep implements StoreUpkeep {
  readonly #history: MemoryHistory;
  #notedTime: number | undefined;

  /** Upkeep of these messages. */
  constructor(history: MemoryHistory) {
    this.#history = history;
  }

  tidy(): boolean {
    return false;
  }

  prune({ before, now }: PruneCut, limit: number): PruneOutcome {
    const buffered = this.#history.buffered().filter(({ stamp }) => stamp < before);
    const committed = this.#history.committed();
    const untilSeq = lastShownBefore(committed, { before, now })?.seq ?? 0;
    const old = committed.filter(({ stamp, seq }) => stamp < before || seq <= untilSeq);
    const gone = old.slice(0, limit);
    this.#history.delete([...buffered, ...gone]);
    return { forgotten: buffered.length + gone.length, isDone: old.length === 0 };
  }

  pruneOldest(limit: number): number {
    const oldest = this.#history.committed().slice(0, limit);
    this.#history.delete(oldest);
    return oldest.length;
  }

  size(): StoreSize {
    const bytes = this.#history.committed()
      .reduce((sum, { row }) => sum + ROW_BYTES + row.text.length, 0);
    return { usedBytes: bytes, fileBytes: bytes };
  }

  shrink(_bytes: number): void {
    // unused memory is returned by the garbage collector
  }

  notedTime(): number | undefined {
    return this.#notedTime;
  }

  noteTime(time: number): void {
    this.#notedTime = Math.round(time);
  }

  backup(path: string): Promise<void> {
    return Promise.reject(
      new StoreError("unsupported", `Cannot copy a store in memory to ${path}`),
    );
  }
}

/**
 * The last message that is too old by its shown time, if its stamp says nothing about its age because the clock was ahead.
 */
function lastShownBefore(rows: readonly PlacedRow[], { before, now }: PruneCut) {
  return rows.findLast((placed) => {
    const { stamp, row: { time } } = placed;
    return isShownEarlier(placed) && time >= EARLIEST_TIME && time < before && stamp > now;
  });
}
