/**
 * Sends one source to one receiver.
 *
 * @module
 */
import type { Source } from "../../media/sources.ts";
import { Broadcast, type SendStreamOptions } from "./broadcast.ts";
import type { StreamLink } from "./link.ts";
import type { StreamSender } from "./stream_sender.ts";
import type { StreamSenderOptions } from "./stream_sender_options.ts";
import type { StreamEnd, StreamState, StreamStats } from "./types.ts";

/** A stream to one receiver. */
export class SingleSend implements AsyncDisposable {
  /** Resolves with the answer; to false also when it ends before. Never rejects. */
  readonly accepted: Promise<boolean>;
  /** Resolves when it is over: the link closed, no ffmpeg left. Never rejects. */
  readonly ended: Promise<StreamEnd>;
  readonly #broadcast: Broadcast;
  readonly #receiver: StreamSender;

  /** Offers it at once. Use {@linkcode sendStream}. */
  constructor(
    broadcast: Broadcast,
    link: StreamLink,
    options: Pick<StreamSenderOptions, "onState">,
  ) {
    this.#broadcast = broadcast;
    this.#receiver = broadcast.send(link, options);
    this.accepted = this.#receiver.accepted;
    this.ended = this.#receiver.ended.then(async (end) => {
      await broadcast.stop();
      return end;
    });
  }

  /** Where it stands. */
  get state(): StreamState {
    return this.#receiver.state;
  }

  /** The live figures; those only the receiver knows are a second old. */
  get stats(): StreamStats {
    return this.#receiver.stats;
  }

  /** Process id of the encoder while it runs. */
  get encoderPid(): number | undefined {
    return this.#broadcast.encoderPid;
  }

  /** Holds the stream. A live source runs on, its frames dropped; a file waits. */
  pause(): void {
    this.#receiver.pause();
  }

  /** Goes on, once the receiver wants it too. */
  resume(): void {
    this.#receiver.resume();
  }

  /** Ends it now. */
  async stop(): Promise<StreamEnd> {
    await this.#receiver.stop();
    return await this.ended;
  }

  /** Same as {@linkcode stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/**
 * Sends one source to one receiver. A file goes as fast as it is taken, and waits when it is not.
 *
 * Needs `--allow-read` for a file and `--allow-run=ffmpeg`.
 *
 * @param link It is the stream's from now on, and closed at its end.
 * @throws {MediaError} `refused-source` when the file cannot be opened; the link is untouched then.
 * All else that can go wrong is in `ended`.
 */
export async function sendStream(
  link: StreamLink,
  source: Source,
  options: SendStreamOptions & Pick<StreamSenderOptions, "onState">,
): Promise<SingleSend> {
  return new SingleSend(await Broadcast.open(source, options), link, options);
}
