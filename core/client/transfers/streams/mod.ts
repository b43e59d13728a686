/**
 * Audio and video streams: from files, microphones and cameras; to one person or to a room; calls.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import { parseSource, type Source } from "../../../media/sources.ts";
import type { EventSink, OwnNames, RoomMembers } from "../../common/ports.ts";
import { ClientError } from "../../events/errors.ts";
import type { LinkOpener } from "../../people/direct_links.ts";
import type { ListedOffer, Offers } from "../offers.ts";
import type { ActiveStream, MediaLink } from "./active.ts";
import { isRoomTarget } from "./asking.ts";
import { CALL_SOURCE } from "./calls.ts";
import type { ReceiveSettings, ReceiveSettingsSource } from "./incoming.ts";
import { IncomingStreams } from "./incoming_streams.ts";
import { OutgoingStreams } from "./outgoing_streams.ts";
import { asClientError } from "./report.ts";
import { StreamBook } from "./stream_book.ts";

/** Options for {@linkcode MediaStreams}. */
export interface MediaStreamsOptions {
  /** Clock for timeouts and reports. */
  readonly clock: Clock;
  /** Lists the streams. */
  readonly offers: Offers;
  /** Receives the events of streams. */
  readonly events: EventSink;
  /** The account we are signed in to. */
  readonly own: Pick<OwnNames, "account">;
  /** Knows the members of rooms. */
  readonly rooms: RoomMembers;
  /** Opens links to others. */
  readonly links: LinkOpener<MediaLink>;
}

/** Options for sending a stream. */
export interface SendMediaOptions {
  /** Audio alone, or video with its audio. */
  readonly kind: "audio" | "video";
  /** Whether we save a copy as a file. */
  readonly keep?: boolean;
}

/** All streams of one client. */
export class MediaStreams implements ReceiveSettingsSource {
  /** Whether accepted streams are played unless the answer says otherwise. */
  play = false;
  /** The folder in which accepted streams are saved, whether they are played or not. */
  folder: string | undefined;
  readonly #options: MediaStreamsOptions;
  readonly #book = new StreamBook();
  readonly #outgoing: OutgoingStreams;
  readonly #incoming: IncomingStreams;
  readonly #closing = new AbortController();

  /** Has no streams yet. */
  constructor(options: MediaStreamsOptions) {
    this.#options = options;
    const parts = { ...options, book: this.#book, closing: this.#closing.signal };
    this.#outgoing = new OutgoingStreams(parts);
    this.#incoming = new IncomingStreams({ ...parts, outgoing: this.#outgoing, settings: this });
  }

  /**
   * Offers audio or video to a person, or to everybody in a room. Resolves when they are asked; events report the
   * progress of the stream.
   *
   * @param source A source for `parseSource`.
   * @throws {ClientError} `not-signed-in`, `bad-name`, `not-in-room`, `not-delivered`, `untrusted-peer`, `no-ffmpeg`,
   * `bad-source`, `no-device`, `refused-source`.
   */
  async send(
    to: string,
    source: string,
    { kind, keep = false }: SendMediaOptions,
  ): Promise<ListedOffer> {
    const folder = keep ? this.folder ?? this.#options.offers.defaultFolder : undefined;
    return await this.#outgoing.offer({ to, source: readSource(source, to), kind, folder });
  }

  /**
   * Calls somebody, or answers their call: each side receives the sound of the other.
   *
   * @param source Source of our half of the call; our microphone by default.
   * @throws {ClientError} As {@linkcode MediaStreams.send}.
   */
  async call(account: string, source = CALL_SOURCE): Promise<ListedOffer> {
    const read = readSource(source, account);
    const waiting = this.#book.calls.tryAnswer(account, read);
    if (waiting) return this.#options.offers.accept(waiting.entry.offer.number);
    if (isRoomTarget(account)) throw new ClientError({ kind: "call-with-room" });
    const call = crypto.randomUUID();
    return await this.#outgoing.offer({ to: account, source: read, kind: "audio", call });
  }

  /** All streams, offered or running, oldest first. */
  list(): readonly Pick<ActiveStream, "entry" | "stats">[] {
    return this.#book.all();
  }

  /** Pauses a stream, by default the newest. @throws {ClientError} `no-such-stream`. */
  pause(number?: number): ListedOffer {
    const stream = this.#book.find(number);
    stream.pause();
    return stream.entry.offer;
  }

  /** Resumes a stream. @throws {ClientError} `no-such-stream`. */
  resume(number?: number): ListedOffer {
    const stream = this.#book.find(number);
    stream.resume();
    return stream.entry.offer;
  }

  /** Sets the playback volume of a stream, by default the newest incoming. @throws {ClientError} `no-such-stream`. */
  setVolume(percent: number, number?: number): ListedOffer {
    const stream = this.#book.find(number, ({ entry }) => entry.offer.direction === "in");
    stream.setVolume(percent);
    return stream.entry.offer;
  }

  /** Ends a stream, by default the newest, and with one half of a call the other half. @throws {ClientError} */
  async stop(number?: number): Promise<ListedOffer> {
    const stream = this.#book.find(number);
    await stream.stop();
    return stream.entry.offer;
  }

  /** Handles an incoming link for a stream. */
  receive(link: MediaLink): void {
    this.#incoming.receive(link);
  }

  /** Ends streams that never end by themselves and waits for the others; for answers to our offers, a limited time. */
  async settled(): Promise<void> {
    await this.#book.settled(this.#options.clock);
  }

  /** Ends all streams, for the other sides as well. */
  async close(): Promise<void> {
    this.#closing.abort(new ClientError({ kind: "closing", reason: { kind: "stopping" } }));
    await this.#book.stopAll();
  }

  /** How accepted streams are received unless the answer says otherwise. */
  receiveSettings(): ReceiveSettings {
    const { play, folder } = this;
    return { play, folder, lastFolder: this.#options.offers.defaultFolder };
  }
}

/** @throws {ClientError} `bad-source`. */
function readSource(source: string, to: string): Source {
  try {
    return parseSource(source);
  } catch (error) {
    throw asClientError(error, to);
  }
}
