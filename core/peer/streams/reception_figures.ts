/**
 * The live statistics of a stream, measured by its receiver.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { MediaFrame, StreamConfig } from "../../media/frame.ts";
import type { JitterBuffer } from "../../media/jitter_buffer.ts";
import type { SequencedFrame } from "./frame_codec.ts";
import { StreamLatency } from "./latency.ts";
import type { Pong } from "./protocol.ts";
import { MediaRate } from "./rate.ts";
import { codecName, type StreamStats } from "./types.ts";

/** Options for {@linkcode ReceptionFigures}. */
export interface ReceptionFiguresOptions {
  /** Whether the source is live: only then do frames have an age. */
  readonly live: boolean;
  readonly clock: Clock;
  /** Counts lost, late and buffered frames. */
  readonly buffer: Pick<JitterBuffer<SequencedFrame>, "stats">;
}

/** Counts frames, and compares the clocks of both sides. */
export class ReceptionFigures {
  readonly #options: ReceptionFiguresOptions;
  readonly #rate: MediaRate;
  readonly #latency = new StreamLatency();
  #config: StreamConfig | undefined;

  /** Has received nothing yet. */
  constructor(options: ReceptionFiguresOptions) {
    this.#options = options;
    this.#rate = new MediaRate(options);
  }

  /** The current statistics. */
  get stats(): StreamStats {
    const { lost, late, jitterMs, bufferedMs } = this.#options.buffer.stats();
    return {
      codec: this.#config ? codecName(this.#config) : "",
      bitsPerSecond: this.#rate.bitsPerSecond,
      bytes: this.#rate.bytes,
      latencyMs: this.#options.live ? this.#latency.ms : undefined,
      jitterMs,
      bufferMs: bufferedMs,
      lost,
      late,
      dropped: 0,
    };
  }

  /** The tracks, once known. */
  get config(): StreamConfig | undefined {
    return this.#config;
  }

  /** The tracks are known. */
  began(config: StreamConfig): void {
    this.#config = config;
  }

  /** A frame was received. */
  received(frame: MediaFrame): void {
    this.#rate.add(frame);
  }

  /** A frame was passed to the player. */
  released({ timestampUs }: Pick<MediaFrame, "timestampUs">): void {
    this.#latency.released(timestampUs, this.nowUs());
  }

  /** A ping was answered. */
  answered(pong: Pong): void {
    this.#latency.answered({ ...pong, backUs: this.nowUs() }, pong.originUs);
  }

  /** The time, in microseconds of our clock. */
  nowUs(): number {
    return Math.round(this.#options.clock.now() * 1_000);
  }
}
