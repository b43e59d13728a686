/**
 * Offers audio and video to others: one person, a room, or the other side of a call.
 *
 * @module
 */
import type { Clock } from "../../../ground/clock.ts";
import { checkSending, isLive, type Source } from "../../../media/sources.ts";
import { Broadcast, type SendStreamOptions } from "../../../peer/streams/mod.ts";
import type { EventSink, OwnNames, RoomMembers } from "../../common/ports.ts";
import { ClientError } from "../../events/errors.ts";
import type { LinkOpener } from "../../people/direct_links.ts";
import type { ListedOffer, Offers } from "../offers.ts";
import type { MediaLink } from "./active.ts";
import { accountsOf, askEach, isRoomTarget } from "./asking.ts";
import { OutgoingStream } from "./outgoing.ts";
import { asClientError } from "./report.ts";
import type { StreamBook } from "./stream_book.ts";

/** Options for {@linkcode OutgoingStreams}. */
export interface OutgoingStreamsOptions {
  readonly clock: Clock;
  /** Lists the streams. */
  readonly offers: Offers;
  readonly events: EventSink;
  readonly own: Pick<OwnNames, "account">;
  readonly rooms: RoomMembers;
  readonly links: LinkOpener<MediaLink>;
  readonly book: StreamBook;
  /** Aborts streams that are still being offered. */
  readonly closing: AbortSignal;
}

/** A stream to offer, and its receivers. */
export interface StreamOffering {
  /** An account or a room. */
  readonly to: string;
  readonly source: Source;
  readonly kind: "audio" | "video";
  /** Saves a copy in this folder. */
  readonly folder?: string | undefined;
  /** Id of the call of which it is one half. */
  readonly call?: string | undefined;
}

/** Sends streams to others. */
export class OutgoingStreams {
  readonly #options: OutgoingStreamsOptions;

  constructor(options: OutgoingStreamsOptions) {
    this.#options = options;
  }

  /** Offers a stream; resolves when everybody is asked. @throws {ClientError} */
  async offer({ to, source, kind, folder, call }: StreamOffering): Promise<ListedOffer> {
    const { closing, events, links, rooms, own: { account: from } } = this.#options;
    if (from === undefined) throw new ClientError({ kind: "sign-in-first", wanted: "streams" });
    const accounts = accountsOf(to, from, rooms);
    const isToRoom = isRoomTarget(to);
    const checked = await orClientError(() => checkSending(source, kind === "video"));
    const broadcast = await openBroadcast(checked, {
      ...{
        kind,
        call,
        folder,
        paced: isToRoom && !isLive(source),
        room: isToRoom ? to : undefined,
      },
      onProblem: ({ message }) => events.emit({ event: "saving-failed", message }),
    });
    let stream: OutgoingStream | undefined;
    const begin = () => stream ??= this.#begin(broadcast, checked, { from, to });
    const missed = await askEach(to, accounts, {
      openLink: (account) => links.openLink(account, "stream", closing),
      ask: (link) => begin().ask(link),
    });
    if (missed > 0) {
      const { length: members } = accounts;
      events.emit({ event: "partly-offered", room: to, members, reached: members - missed });
    }
    begin().allAsked();
    return begin().entry.offer;
  }

  #begin(
    broadcast: Broadcast,
    source: Source,
    { from, to }: Pick<ListedOffer, "from" | "to">,
  ): OutgoingStream {
    const { clock, events, offers, book } = this.#options;
    const { id, kind, title, call } = broadcast.offer;
    const part = call === undefined ? undefined : book.calls.has(call) ? "answer" : "offer";
    const entry = offers.add({
      ...{ id, from, to, direction: "out", kind, names: [title], bytes: undefined },
      ...(part === undefined ? {} : { call: part }),
    }, { cancel: () => void stream.stop() });
    const stream = new OutgoingStream({ clock, events, broadcast, source, entry });
    if (call !== undefined && part === "offer") {
      book.calls.begin(call, { account: to, ours: true, source });
    }
    book.add(stream, call);
    return stream;
  }
}

function openBroadcast(source: Source, options: SendStreamOptions): Promise<Broadcast> {
  return orClientError(() => Broadcast.open(source, options));
}

/** Errors of core/media as errors of the client. */
async function orClientError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asClientError(error, "");
  }
}
