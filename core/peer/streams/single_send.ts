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
  /** Resolves with the answer, or with false if the stream ends first. Never rejects. */
  readonly accepted: Promise<boolean>;
  /** Resolves when the stream has ended: the link is closed, and ffmpeg has ended. Never rejects. */
  readonly ended: Promise<StreamEnd>;
  readonly #broadcast: Broadcast;
  readonly #receiver: StreamSender;

  /** Offers the stream at once. Use {@linkcode sendStream}. */
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

  /** The state of the stream. */
  get state(): StreamState {
    return this.#receiver.state;
  }

  /** The live statistics; those from the receiver may be a second old. */
  get stats(): StreamStats {
    return this.#receiver.stats;
  }

  /** Process id of the encoder while it runs. */
  get encoderPid(): number | undefined {
    return this.#broadcast.encoderPid;
  }

  /** Pauses the stream. A live source continues and its frames are dropped; a file waits. */
  pause(): void {
    this.#receiver.pause();
  }

  /** Resumes the stream, once the receiver resumes it too. */
  resume(): void {
    this.#receiver.resume();
  }

  /** Ends the stream at once. */
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
 * Sends one source to one receiver. A file is sent as fast as the receiver accepts it.
 *
 * Needs `--allow-read` for a file and `--allow-run=ffmpeg`.
 *
 * @param link Owned by the stream from now on, and closed at its end.
 * @throws {MediaError} `refused-source` when the file cannot be opened; then the link is not used. All other errors are in
 * `ended`.
 */
export async function sendStream(
  link: StreamLink,
  source: Source,
  options: SendStreamOptions & Pick<StreamSenderOptions, "onState">,
): Promise<SingleSend> {
  return new SingleSend(await Broadcast.open(source, options), link, options);
}
