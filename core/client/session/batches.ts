/**
 * Puts the lines of batches back together (https://ircv3.net/specs/extensions/batch), nested ones included.
 *
 * @module
 */
import type { Incoming } from "./incoming.ts";

/** Most open batches; servers need about three. */
export const MAX_OPEN_BATCHES = 32;
/** Most lines of all open batches together. */
export const MAX_BATCHED_LINES = 10_000;

/** A line, or a finished batch. */
export type Unit =
  | { readonly kind: "line"; readonly line: Incoming }
  | Batch;

/** A batch. */
export interface Batch {
  readonly kind: "batch";
  /** `chathistory`, `labeled-response`, `draft/multiline`, ... */
  readonly type: string;
  readonly params: readonly string[];
  /** The line that opened it; its tags apply to the whole batch. */
  readonly opening: Incoming;
  readonly units: readonly Unit[];
}

interface OpenBatch extends Batch {
  readonly parent: string | undefined;
  readonly units: Unit[];
}

/** The server opened more batches, or longer ones, than a client keeps. */
export class BatchOverflowError extends RangeError {
  override readonly name = "BatchOverflowError";

  constructor(readonly fault: "too-many-batches" | "too-many-batched-lines", readonly max: number) {
    super(`Cannot hold what the server has batched: ${fault}, at most ${max}`);
  }
}

/** Collects lines into units. */
export class BatchCollector {
  readonly #open = new Map<string, OpenBatch>();
  #lines = 0;

  /**
   * The unit that this line completes; `undefined` while a batch is still open.
   *
   * @throws {BatchOverflowError} When the server opens too many batches, or too long ones.
   */
  accept(line: Incoming): Unit | undefined {
    const parent = line.tags["batch"];
    if (line.command === "BATCH") {
      const reference = line.params[0] ?? "";
      if (reference.startsWith("+")) return this.#begin(reference.slice(1), parent, line);
      if (reference.startsWith("-")) return this.#end(reference.slice(1));
    }
    return this.#place(parent, { kind: "line", line });
  }

  #begin(reference: string, parent: string | undefined, opening: Incoming): undefined {
    if (this.#open.size >= MAX_OPEN_BATCHES) {
      throw new BatchOverflowError("too-many-batches", MAX_OPEN_BATCHES);
    }
    const [, type = "", ...params] = opening.params;
    this.#open.set(reference, { kind: "batch", type, params, opening, parent, units: [] });
  }

  #end(reference: string): Unit | undefined {
    const batch = this.#open.get(reference);
    if (batch === undefined) return undefined;
    this.#open.delete(reference);
    const { parent, ...finished } = batch;
    const unit = this.#place(parent, finished);
    if (this.#open.size === 0) this.#lines = 0;
    return unit;
  }

  #place(parent: string | undefined, unit: Unit): Unit | undefined {
    const batch = parent === undefined ? undefined : this.#open.get(parent);
    if (batch === undefined) return unit;
    if (++this.#lines > MAX_BATCHED_LINES) {
      throw new BatchOverflowError("too-many-batched-lines", MAX_BATCHED_LINES);
    }
    batch.units.push(unit);
    return undefined;
  }
}

/** The label of the request that a unit answers (https://ircv3.net/specs/extensions/labeled-response). */
export function labelOf(unit: Unit): string | undefined {
  return (unit.kind === "line" ? unit.line : unit.opening).tags["label"];
}

/** Every line of a unit, in order; for a batch, starting with its opening line. */
export function* linesOf(unit: Unit): Generator<Incoming> {
  if (unit.kind === "line") return yield unit.line;
  yield unit.opening;
  for (const inner of unit.units) yield* linesOf(inner);
}
