/**
 * Handles the streams that others offer: lists them, and answers calls with our own sound.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import { parseSource } from "../../../media/sources.ts";
import { type IncomingStream, receiveStream } from "../../../peer/streams/mod.ts";
import type { EventSink, OwnNames, RoomMembers } from "../../common/ports.ts";
import { ClientError } from "../../events/errors.ts";
import { OfferPace } from "../offer_pace.ts";
import type { Offers } from "../offers.ts";
import { UnreadLinks } from "../unread_links.ts";
import type { MediaLink } from "./active.ts";
import { CALL_SOURCE } from "./calls.ts";
import { IncomingMedia, type ReceiveSettingsSource } from "./incoming.ts";
import type { OutgoingStreams } from "./outgoing_streams.ts";
import type { StreamBook } from "./stream_book.ts";

/** Most incoming streams at once: each has its own processes. */
const MAX_INCOMING = 20;

/** Options for {@linkcode IncomingStreams}. */
export interface IncomingStreamsOptions {
  readonly clock: Clock;
  /** Lists the streams. */
  readonly offers: Offers;
  readonly events: EventSink;
  readonly own: Pick<OwnNames, "account">;
  readonly rooms: RoomMembers;
  readonly book: StreamBook;
  /** Sends our half of a call. */
  readonly outgoing: Pick<OutgoingStreams, "offer">;
  readonly settings: ReceiveSettingsSource;
  /** Aborts when no more links are to be accepted. */
  readonly closing: AbortSignal;
}

/** Receives streams from others. */
export class IncomingStreams {
  readonly #options: IncomingStreamsOptions;
  readonly #unread = new UnreadLinks();
  readonly #pace: OfferPace;

  constructor(options: IncomingStreamsOptions) {
    this.#options = options;
    this.#pace = new OfferPace(options.clock);
  }

  /** Handles an incoming link for a stream. */
  receive(link: MediaLink): void {
    // An invalid offer is ignored.
    const read = () => this.#readOffer(link).catch(() => link[Symbol.asyncDispose]());
    if (this.#options.closing.aborted || !this.#unread.tryRead(read)) {
      void link[Symbol.asyncDispose]();
    }
  }

  async #readOffer(link: MediaLink): Promise<void> {
    const incoming = await receiveStream(link);
    await this.#pace.wait(link.account, this.#options.closing);
    const reason = this.#objection(incoming, link.account);
    if (reason === undefined) return await this.#take(link, incoming);
    await turnDown(link, incoming, reason);
  }

  /** Why a stream is rejected at once; the reason is sent to its sender. */
  #objection({ offer: { id, call } }: IncomingStream, account: string): string | undefined {
    const { book, closing } = this.#options;
    const all = book.incoming();
    if (all.some(({ entry }) => entry.offer.id === id)) return "this stream is under way";
    if (all.length >= MAX_INCOMING || closing.aborted) return "too many streams";
    const isTaken = call !== undefined && book.calls.has(call) &&
      !book.calls.isAnswer(call, account);
    return isTaken ? "this call is answered" : undefined;
  }

  async #take(link: MediaLink, incoming: IncomingStream): Promise<void> {
    const { clock, events, rooms, offers, own, settings, book } = this.#options;
    const { id, kind, title, call, room } = incoming.offer;
    const { account } = link;
    const isAnswer = call !== undefined && book.calls.isAnswer(call, account);
    const isCall = call !== undefined && !isAnswer;
    const media = new IncomingMedia({
      ...{ clock, events, incoming, link },
      settings,
      onAccepted: () => isCall && void this.#answer(call, account),
    });
    try {
      const entry = offers.add({
        ...{ id, from: account, to: own.account ?? "", direction: "in" },
        ...{ kind, names: [title], bytes: undefined },
        ...(room !== undefined && rooms.get(room) ? { room } : {}),
        ...(call === undefined ? {} : { call: isAnswer ? "answer" : "offer" }),
      }, media);
      media.begin(entry);
      if (isAnswer) entry.change("running");
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      return await turnDown(link, incoming, "too many offers wait for an answer");
    }
    if (isCall) {
      book.calls.begin(call, { account, ours: false, source: parseSource(CALL_SOURCE) });
    }
    book.add(media, call);
    if (isAnswer) media.accept({});
  }

  /** Offers our half of a call that we have accepted. If that fails, we only listen. */
  async #answer(call: string, account: string): Promise<void> {
    const { book, closing, events, outgoing } = this.#options;
    const source = book.calls.sourceOf(call);
    if (source === undefined) return;
    try {
      await outgoing.offer({ to: account, source, kind: "audio", call });
    } catch (error) {
      if (closing.aborted) return;
      const code = error instanceof ClientError ? error.code : "stream-failed";
      const problem = error instanceof ClientError
        ? error.problem
        : { kind: "unexpected", message: String(error) } as const;
      events.emit({ event: "call-half-open", account, code, problem });
    }
  }
}

async function turnDown(link: MediaLink, incoming: IncomingStream, reason: string): Promise<void> {
  await incoming.reject(reason);
  await link[Symbol.asyncDispose]();
}
