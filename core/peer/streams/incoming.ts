/**
 * An offered stream, before it is accepted or rejected.
 *
 * @module
 */
import { type Clock, systemClock } from "../../ground/clock.ts";
import { ProtocolError } from "../links/errors.ts";
import { formatJsonLine } from "../links/json_lines.ts";
import type { StreamAcceptOptions } from "./accept_options.ts";
import { readFrame, type WireFrame } from "./frame_codec.ts";
import { closeLink, LinkWriter, type StreamLink } from "./link.ts";
import {
  MAX_HEADER_BYTES,
  offerShape,
  shortText,
  type StreamAnswer,
  type StreamOffer,
} from "./protocol.ts";
import { atMost, SilenceTimer } from "./silence_timer.ts";
import { StreamReceiver } from "./stream_receiver.ts";

/** How long to wait for the offer on a new link. */
const OFFER_MS = 10_000;
/** How long to wait until a rejection is read. */
const GOODBYE_MS = 1_000;

/** Options for {@linkcode receiveStream}. */
export interface ReceiveStreamOptions {
  /** Clock for statistics; by default the system's. */
  readonly clock?: Clock | undefined;
}

/** An offered stream. It must be accepted, rejected or disposed of. */
export class IncomingStream implements AsyncDisposable {
  /** The offer. */
  readonly offer: StreamOffer;
  /** Resolves when the other side withdraws the offer, before or after the answer. */
  readonly withdrawn: Promise<void>;
  readonly #link: StreamLink;
  readonly #clock: Clock;
  readonly #first: Promise<WireFrame | undefined>;
  #answered = false;

  /** Use {@linkcode receiveStream}. */
  constructor(link: StreamLink, offer: StreamOffer, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.offer = offer;
    this.#first = readFrame(link.reader);
    this.withdrawn = new Promise((resolve) => {
      this.#first.then((frame) => frame ?? resolve(), () => resolve());
    });
  }

  /**
   * Accepts the stream.
   *
   * @throws {TypeError} When it was already answered.
   */
  accept(options: StreamAcceptOptions): StreamReceiver {
    if (this.#answered) throw new TypeError("Cannot accept stream twice");
    this.#answered = true;
    const { offer } = this;
    return new StreamReceiver(
      { link: this.#link, offer, clock: this.#clock, first: this.#first },
      options,
    );
  }

  /** Rejects the stream and closes the link. Does nothing if it was already answered. */
  async reject(reason = "rejected"): Promise<void> {
    if (this.#answered) return;
    this.#answered = true;
    const answer: StreamAnswer = { accept: false, reason: shortText(reason) };
    await atMost(GOODBYE_MS, new LinkWriter(this.#link.conn).write(formatJsonLine(answer)));
    closeLink(this.#link);
    await this.#first.catch(() => {}); // only needed for acceptance
  }

  /** Rejects the stream if it was not answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.reject();
  }
}

/**
 * Reads the offer on a stream link.
 *
 * @throws {ProtocolError} When the first line is not an offer, or is missing; then the link is closed.
 */
export async function receiveStream(
  link: StreamLink,
  { clock = systemClock }: ReceiveStreamOptions = {},
): Promise<IncomingStream> {
  using silence = new SilenceTimer(OFFER_MS, () => closeLink(link));
  silence.heard();
  try {
    const offer = await link.reader.readJson(offerShape, MAX_HEADER_BYTES);
    if (offer === null) throw new ProtocolError("cut", "The link ended before the offer");
    return new IncomingStream(link, offer, clock);
  } catch (cause) {
    closeLink(link);
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError("cut", "The link ended before the offer", { cause });
  }
}
