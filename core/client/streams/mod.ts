/**
 * Sound and picture to and from other people: files, microphones, cameras; to one person or to a room; calls.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { parseSource, type Source } from "../../media/sources.ts";
import { ClientError } from "../errors.ts";
import type { ListedOffer, Offers } from "../offers.ts";
import type { LinkOpener } from "../direct_links.ts";
import type { EventSink, OwnNames, RoomMembers } from "../ports.ts";
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
  /** Measures and waits. */
  readonly clock: Clock;
  /** The list that streams are put on. */
  readonly offers: Offers;
  /** Publishes all that happens to streams. */
  readonly events: EventSink;
  /** The account we are signed in to. */
  readonly own: Pick<OwnNames, "account">;
  /** Says who a stream to a room is for. */
  readonly rooms: RoomMembers;
  /** Opens links to others. */
  readonly links: LinkOpener<MediaLink>;
}

/** How something is sent. */
export interface SendMediaOptions {
  /** Sound alone, or picture with its sound. */
  readonly kind: "audio" | "video";
  /** Whether we keep what we send as a file. */
  readonly keep?: boolean;
}

/** All streams of one client. */
export class MediaStreams implements ReceiveSettingsSource {
  /** Whether what is accepted is played unless the answer says otherwise. */
  play = false;
  /** The folder that what is accepted is kept in, whether it is played or not. */
  folder: string | undefined;
  readonly #options: MediaStreamsOptions;
  readonly #book = new StreamBook();
  readonly #outgoing: OutgoingStreams;
  readonly #incoming: IncomingStreams;
  readonly #closing = new AbortController();

  /** Nothing is under way. */
  constructor(options: MediaStreamsOptions) {
    this.#options = options;
    const parts = { ...options, book: this.#book, closing: this.#closing.signal };
    this.#outgoing = new OutgoingStreams(parts);
    this.#incoming = new IncomingStreams({ ...parts, outgoing: this.#outgoing, settings: this });
  }

  /**
   * Offers sound or picture to a person, or to everybody in a room. Resolves when they are asked; events
   * follow with what becomes of it.
   *
   * @param source As `parseSource` takes it.
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
   * @param source What they hear; our microphone if absent.
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

  /** Every stream, offered or under way, oldest first. */
  list(): readonly Pick<ActiveStream, "entry" | "stats">[] {
    return this.#book.all();
  }

  /** Holds a stream, by default the newest. @throws {ClientError} `no-such-stream`. */
  pause(number?: number): ListedOffer {
    const stream = this.#book.find(number);
    stream.pause();
    return stream.entry.offer;
  }

  /** Lets a stream go on. @throws {ClientError} `no-such-stream`. */
  resume(number?: number): ListedOffer {
    const stream = this.#book.find(number);
    stream.resume();
    return stream.entry.offer;
  }

  /** Sets how loud a stream is played, by default the newest of others. @throws {ClientError} `no-such-stream`. */
  setVolume(percent: number, number?: number): ListedOffer {
    const stream = this.#book.find(number, ({ entry }) => entry.offer.direction === "in");
    stream.setVolume(percent);
    return stream.entry.offer;
  }

  /** Ends a stream, by default the newest; with one half of a call, the other as well. @throws {ClientError} */
  async stop(number?: number): Promise<ListedOffer> {
    const stream = this.#book.find(number);
    await stream.stop();
    return stream.entry.offer;
  }

  /** Takes a link that somebody has opened for a stream. */
  receive(link: MediaLink): void {
    this.#incoming.receive(link);
  }

  /** Ends what never ends by itself, and waits for the rest; for answers to our offers, a while. */
  async settled(): Promise<void> {
    await this.#book.settled(this.#options.clock);
  }

  /** Ends everything, for the other sides as well. */
  async close(): Promise<void> {
    this.#closing.abort(new ClientError({ kind: "closing", reason: { kind: "stopping" } }));
    await this.#book.stopAll();
  }

  /** What becomes of accepted streams unless the answer says otherwise. */
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
