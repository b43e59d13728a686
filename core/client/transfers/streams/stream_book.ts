/**
 * The streams that are offered or running, by their numbers.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import { ClientError } from "../../events/errors.ts";
import { isAwaited, settlePendingWork } from "../settling.ts";
import type { ActiveStream } from "./active.ts";
import { Calls } from "./calls.ts";

/** The streams of one client that have not ended. */
export class StreamBook {
  /** The calls that some of them belong to. */
  readonly calls: Calls = new Calls();
  readonly #streams = new Map<number, ActiveStream>();

  /** Adds a stream, and to its call if it has one. It is removed when it ends. */
  add(stream: ActiveStream, call?: string): void {
    const { number } = stream.entry.offer;
    this.#streams.set(number, stream);
    void stream.ended.then(() => this.#streams.delete(number));
    if (call !== undefined) this.calls.add(call, stream);
  }

  /** All streams, oldest first. */
  all(): readonly ActiveStream[] {
    return [...this.#streams.values()];
  }

  /** The incoming streams. */
  incoming(): readonly ActiveStream[] {
    return this.all().filter(({ entry }) => entry.offer.direction === "in");
  }

  /** The stream with that number, by default the newest that fits. @throws {ClientError} `no-such-stream`. */
  find(number: number | undefined, fits = (_: ActiveStream): boolean => true): ActiveStream {
    const stream = number === undefined ? this.all().findLast(fits) : this.#streams.get(number);
    if (stream && fits(stream)) return stream;
    throw new ClientError({ kind: "no-such-stream", number });
  }

  /** Ends streams that never end by themselves and waits for the others; for unanswered offers, a limited time. */
  async settled(clock: Clock): Promise<void> {
    await settlePendingWork(clock, async (withUnanswered) => {
      await stopEach(this.all().filter(({ endsByItself }) => !endsByItself));
      return this.all()
        .filter(({ entry, endsByItself }) => endsByItself && isAwaited(entry, withUnanswered))
        .map(({ ended }) => ended);
    });
  }

  /** Ends all streams. */
  async stopAll(): Promise<void> {
    await stopEach(this.all());
  }
}

async function stopEach(streams: readonly ActiveStream[]): Promise<void> {
  await Promise.all(streams.map((stream) => stream.stop()));
}
