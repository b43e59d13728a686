/**
 * The streams that are offered or under way, by their numbers.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { ClientError } from "../errors.ts";
import { isAwaited, settlePendingWork } from "../settling.ts";
import type { ActiveStream } from "./active.ts";

/** The streams of one client that have not ended. */
export class StreamBook {
  readonly #streams = new Map<number, ActiveStream>();

  /** Adds a stream; it leaves by itself. */
  add(stream: ActiveStream): void {
    const { number } = stream.entry.offer;
    this.#streams.set(number, stream);
    void stream.ended.then(() => this.#streams.delete(number));
  }

  /** All of them, oldest first. */
  all(): readonly ActiveStream[] {
    return [...this.#streams.values()];
  }

  /** Those that come from others. */
  incoming(): readonly ActiveStream[] {
    return this.all().filter(({ entry }) => entry.offer.direction === "in");
  }

  /** The stream of that number, or else the newest that fits. @throws {ClientError} `no-such-stream`. */
  find(number: number | undefined, fits = (_: ActiveStream): boolean => true): ActiveStream {
    const stream = number === undefined ? this.all().findLast(fits) : this.#streams.get(number);
    if (stream && fits(stream)) return stream;
    throw new ClientError({ kind: "no-such-stream", number });
  }

  /** Ends what never ends by itself, and waits for the rest; not for offers that nobody answers for too long. */
  async settled(clock: Clock): Promise<void> {
    await settlePendingWork(clock, async (withUnanswered) => {
      await stopEach(this.all().filter(({ endsByItself }) => !endsByItself));
      return this.all()
        .filter(({ entry, endsByItself }) => endsByItself && isAwaited(entry, withUnanswered))
        .map(({ ended }) => ended);
    });
  }

  /** Ends all of them. */
  async stopAll(): Promise<void> {
    await stopEach(this.all());
  }
}

async function stopEach(streams: readonly ActiveStream[]): Promise<void> {
  await Promise.all(streams.map((stream) => stream.stop()));
}
