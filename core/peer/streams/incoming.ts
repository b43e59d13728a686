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
import { StreamReceiver } from "./stream_receiver.ts";
import { atMost, SilenceTimer } from "./silence_timer.ts";

/** How long the offer on a new link is waited for. */
const OFFER_MS = 10_000;
/** A rejection that is not read is given up after this. */
const GOODBYE_MS = 1_000;

/** How to wait for an offer. */
export interface ReceiveStreamOptions {
  /** For figures; the real time if absent. */
  readonly clock?: Clock | undefined;
}

/** An offered stream. It must be accepted, rejected or disposed of. */
export class IncomingStream implements AsyncDisposable {
  /** What the other side says of it. */
  readonly offer: StreamOffer;
  /** Resolves when the other side does not offer it any more, before or after the answer. */
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
   * Says yes.
   *
   * @throws {TypeError} When it was answered already.
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

  /** Says no, and closes the link. Does nothing when it was answered already. */
  async reject(reason = "rejected"): Promise<void> {
    if (this.#answered) return;
    this.#answered = true;
    const answer: StreamAnswer = { accept: false, reason: shortText(reason) };
    await atMost(GOODBYE_MS, new LinkWriter(this.#link.conn).write(formatJsonLine(answer)));
    closeLink(this.#link);
    await this.#first.catch(() => {}); // it was for a yes
  }

  /** Rejects it if it was not answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.reject();
  }
}

/**
 * Reads what is offered on a link whose purpose is a stream.
 *
 * @throws {ProtocolError} When the first line is not an offer, or does not come; the link is closed then.
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
