/** A clock that only moves when a test says so. @module */
import type { Clock } from "../../../core/ground/clock.ts";

interface Sleeper {
  readonly wakesMs: number;
  wake(): void;
}

/** Time by hand. */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #sleepers = new Set<Sleeper>();
  #changed = Promise.withResolvers<void>();

  /** @inheritdoc */
  now(): number {
    return this.#nowMs;
  }

  /** @inheritdoc */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal.aborted) return Promise.reject(signal.reason);
    const stop = () => {
      this.#sleepers.delete(sleeper);
      reject(signal.reason);
    };
    const sleeper = {
      wakesMs: this.#nowMs + ms,
      wake: () => {
        signal.removeEventListener("abort", stop);
        resolve();
      },
    };
    signal.addEventListener("abort", stop, { once: true });
    this.#sleepers.add(sleeper);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    return promise;
  }

  /** Waits until `count` sleep who wake `ms` from now, to the millisecond. */
  async sleeping(ms: number, count = 1): Promise<void> {
    const wake = () => [...this.#sleepers].filter(({ wakesMs }) => wakesMs === this.#nowMs + ms);
    while (wake().length < count) await this.#changed.promise;
  }

  /** Moves on, waking everyone whose time has come. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.wakesMs > this.#nowMs) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}
