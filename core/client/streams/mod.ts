/**
 * Sound and picture to and from other people: files, microphones, cameras; to one person or to a room; calls.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { checkSending, isLive, parseSource, type Source } from "../../media/sources.ts";
import {
  Broadcast,
  type IncomingStream,
  receiveStream,
  type SendStreamOptions,
} from "../../peer/streams/mod.ts";
import { ClientError } from "../errors.ts";
import type { ClientEvent } from "../events.ts";
import { OfferPace } from "../offer_pace.ts";
import { type ListedOffer, MAX_UNREAD_LINKS, type Offers } from "../offers.ts";
import type { ActiveStream, MediaLink } from "./active.ts";
import { accountsOf, askEach, isRoomTarget } from "./asking.ts";
import { Calls } from "./calls.ts";
import { IncomingMedia } from "./incoming.ts";
import { OutgoingStream } from "./outgoing.ts";
import { asClientError } from "./report.ts";
import { StreamBook } from "./stream_book.ts";

/** Streams of others at once: each has processes of its own. */
const MAX_INCOMING = 20;
/** What a call is made of, where nothing else is said. */
const CALL_SOURCE = "mic";

/** What {@linkcode MediaStreams} works with. */
export interface MediaStreamsOptions {
  /** What measures and waits. */
  readonly clock: Clock;
  /** The list that streams are put on. */
  readonly offers: Offers;
  /** Hears everything that happens to them. */
  emit(event: ClientEvent): void;
  /** The account we are signed in to. */
  account(): string | undefined;
  /** The members of a room we are in. */
  members(room: string): readonly string[] | undefined;
  /** Opens a link to somebody's client. @throws {PeerError} @throws {ClientError} */
  openLink(account: string, signal: AbortSignal): Promise<MediaLink>;
}

/** How something is sent. */
export interface SendMediaOptions {
  /** Sound alone, or picture with its sound. */
  readonly kind: "audio" | "video";
  /** Whether we keep what we send as a file. */
  readonly keep?: boolean;
}

/** All streams of one client. */
export class MediaStreams {
  /** Whether what is accepted is played unless the answer says otherwise. */
  play = false;
  /** The folder that what is accepted is kept in, whether it is played or not. */
  folder: string | undefined;
  readonly #options: MediaStreamsOptions;
  readonly #book = new StreamBook();
  readonly #calls = new Calls();
  readonly #closing = new AbortController();
  readonly #pace: OfferPace;
  #unreadLinks = 0;

  /** Nothing is under way. */
  constructor(options: MediaStreamsOptions) {
    this.#options = options;
    this.#pace = new OfferPace(options.clock);
  }

  /**
   * Offers sound or picture to a person, or to everybody in a room. Resolves when they are asked; what becomes of it is
   * told.
   *
   * @param source As `parseSource` takes it.
   * @throws {ClientError} `not-signed-in`, `bad-name`, `not-in-room`, `not-delivered`, `untrusted-peer`, `no-ffmpeg`,
   * `bad-source`, `no-device`, `refused-source`.
   */
  async send(to: string, source: string, options: SendMediaOptions): Promise<ListedOffer> {
    const read = this.#read(source, to);
    return (await this.#offer(to, read, options)).entry.offer;
  }

  /**
   * Calls somebody, or answers their call: each side hears the other.
   *
   * @param source What they hear; our microphone if absent.
   * @throws {ClientError} As {@linkcode MediaStreams.send}.
   */
  async call(account: string, source = CALL_SOURCE): Promise<ListedOffer> {
    const read = this.#read(source, account);
    const waiting = this.#calls.tryAnswer(account, read);
    if (waiting) return this.#options.offers.accept(waiting.entry.offer.number);
    if (isRoomTarget(account)) throw new ClientError({ kind: "call-with-room" });
    const call = crypto.randomUUID();
    return (await this.#offer(account, read, { kind: "audio", call })).entry.offer;
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
    if (this.#closing.signal.aborted || this.#unreadLinks >= MAX_UNREAD_LINKS) {
      return void link[Symbol.asyncDispose]();
    }
    this.#unreadLinks++;
    this.#readOffer(link)
      .catch(() => link[Symbol.asyncDispose]()) // it offers nothing that makes sense: nobody has asked for it
      .finally(() => this.#unreadLinks--);
  }

  /** Ends what never ends by itself, and waits for the rest; for answers to our offers, a while. */
  async settled(): Promise<void> {
    await this.#book.settled(this.#options.clock);
  }

  /** Ends everything; the others are told. */
  async close(): Promise<void> {
    this.#closing.abort(new ClientError({ kind: "closing", reason: { kind: "stopping" } }));
    await this.#book.stopAll();
  }

  #read(source: string, to: string): Source {
    try {
      return parseSource(source);
    } catch (error) {
      throw asClientError(error, to);
    }
  }

  async #offer(
    to: string,
    source: Source,
    { kind, keep = false, call }: SendMediaOptions & { readonly call?: string },
  ): Promise<OutgoingStream> {
    const { members, offers, openLink } = this.#options;
    const from = this.#self();
    const accounts = accountsOf(to, { self: from, members });
    const checked = await this.#check(source, kind);
    const broadcast = await this.#open(checked, {
      ...{
        kind,
        call,
        paced: isRoomTarget(to) && !isLive(source),
        room: isRoomTarget(to) ? to : undefined,
      },
      folder: keep ? this.folder ?? offers.defaultFolder : undefined,
      onProblem: ({ message }) => this.#options.emit({ event: "saving-failed", message }),
    });
    let stream: OutgoingStream | undefined;
    const begin = () => stream ??= this.#begin(broadcast, checked, { from, to });
    const missed = await askEach(to, accounts, {
      openLink: (account) => openLink(account, this.#closing.signal),
      ask: (link) => begin().ask(link),
    });
    if (missed > 0) {
      const { length: members } = accounts;
      const reached = members - missed;
      this.#options.emit({ event: "partly-offered", room: to, members, reached });
    }
    begin().allAsked();
    return begin();
  }

  async #check(source: Source, kind: SendMediaOptions["kind"]): Promise<Source> {
    try {
      return await checkSending(source, kind === "video");
    } catch (error) {
      throw asClientError(error, "");
    }
  }

  async #open(source: Source, options: SendStreamOptions): Promise<Broadcast> {
    try {
      return await Broadcast.open(source, options);
    } catch (error) {
      throw asClientError(error, "");
    }
  }

  #begin(
    broadcast: Broadcast,
    source: Source,
    { from, to }: Pick<ListedOffer, "from" | "to">,
  ): OutgoingStream {
    const { clock, emit, offers } = this.#options;
    const { id, kind, title, call } = broadcast.offer;
    const isAnswer = call !== undefined && this.#calls.has(call);
    const entry = offers.add({
      ...{ id, from, to, direction: "out", kind, names: [title], bytes: undefined },
      ...(call === undefined ? {} : { call: isAnswer ? "answer" : "offer" }),
    }, { cancel: () => void stream.stop() });
    const stream = new OutgoingStream({ clock, emit, broadcast, source, entry });
    if (call !== undefined && !isAnswer) {
      this.#calls.begin(call, { account: to, ours: true, source });
    }
    this.#add(stream, call);
    return stream;
  }

  async #readOffer(link: MediaLink): Promise<void> {
    const incoming = await receiveStream(link);
    await this.#pace.wait(link.account, this.#closing.signal);
    const { offer } = incoming;
    const all = this.#book.incoming();
    const isKnown = all.some(({ entry }) => entry.offer.id === offer.id);
    if (isKnown || all.length >= MAX_INCOMING || this.#closing.signal.aborted) {
      await incoming.reject(isKnown ? "this stream is under way" : "too many streams");
      return await link[Symbol.asyncDispose]();
    }
    const { call } = offer;
    const isAnswer = call !== undefined && this.#calls.isAnswer(call, link.account);
    if (call !== undefined && !isAnswer && this.#calls.has(call)) {
      await incoming.reject("this call is answered");
      return await link[Symbol.asyncDispose]();
    }
    await this.#take(link, incoming, isAnswer);
  }

  async #take(link: MediaLink, incoming: IncomingStream, isAnswer: boolean): Promise<void> {
    const { clock, emit, members, offers } = this.#options;
    const { id, kind, title, call, room } = incoming.offer;
    const isCall = call !== undefined && !isAnswer;
    const media = new IncomingMedia({
      ...{ clock, emit, incoming, link },
      settings: () => ({ play: this.play, folder: this.folder, lastFolder: offers.defaultFolder }),
      onAccepted: () => isCall && void this.#answer(call, link.account),
    });
    try {
      const entry = offers.add({
        ...{ id, from: link.account, to: this.#options.account() ?? "", direction: "in" },
        ...{ kind, names: [title], bytes: undefined },
        ...(room !== undefined && members(room) !== undefined ? { room } : {}),
        ...(call === undefined ? {} : { call: isAnswer ? "answer" : "offer" }),
      }, media);
      media.begin(entry);
      if (isAnswer) entry.change("running");
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      await incoming.reject("too many offers wait for an answer");
      return await link[Symbol.asyncDispose]();
    }
    if (isCall) {
      const source = parseSource(CALL_SOURCE);
      this.#calls.begin(call, { account: link.account, ours: false, source });
    }
    this.#add(media, call);
    if (isAnswer) media.accept({});
  }

  /** Our half of a call that we have accepted. Without it, we only listen. */
  async #answer(call: string, account: string): Promise<void> {
    const source = this.#calls.sourceOf(call);
    if (source === undefined) return;
    try {
      await this.#offer(account, source, { kind: "audio", call });
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const { code, problem } = error instanceof ClientError ? error : {
        code: "stream-failed",
        problem: { kind: "unexpected", message: String(error) } as const,
      };
      this.#options.emit({ event: "call-half-open", account, code, problem });
    }
  }

  #add(stream: ActiveStream, call: string | undefined): void {
    this.#book.add(stream);
    if (call !== undefined) this.#calls.add(call, stream);
  }

  #self(): string {
    const account = this.#options.account();
    if (account !== undefined) return account;
    throw new ClientError({ kind: "sign-in-first", wanted: "streams" });
  }
}
