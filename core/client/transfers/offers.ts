/**
 * Offers of files, audio and video. One list for all of them, so that every offer has a
 * small number for commands, and an id that is the same on both sides.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { EventSink } from "../common/ports.ts";
import { ClientError } from "../events/errors.ts";
import type { CallPart, OfferKind } from "../events/offer_events.ts";

/** Most unanswered offers of one person. */
export const MAX_UNANSWERED_EACH = 20;
/** Most unanswered offers of everybody together. */
const MAX_UNANSWERED = 100;

/** What to do with new offers. */
export type AcceptPolicy = "ask" | "always" | "never";

/** An offer, in either direction. */
export interface ListedOffer {
  /** A small increasing number, for both directions. */
  readonly number: number;
  /** The transfer's id, the same on both sides and in every event. */
  readonly id: string;
  /** The account that offers. */
  readonly from: string;
  /** A person, or a room. */
  readonly to: string;
  /** Whether it is offered to us or by us. */
  readonly direction: "in" | "out";
  /** What it is. */
  readonly kind: OfferKind;
  /** Clean; the first top-level names, a folder's ends with `/`. */
  readonly names: readonly string[];
  /** The sizes of each of the names, if known. */
  readonly sizes?: readonly number[];
  /** `undefined` if unknown, as for a live source. */
  readonly bytes: number | undefined;
  /** Number of files. */
  readonly files?: number;
  /** For an offer of others to everybody in a room: that room; `to` is our own name. */
  readonly room?: string;
  /** For a call: an `offer` is answered by audio in the other direction. */
  readonly call?: CallPart;
}

/** Options for {@linkcode Offers.accept}. */
export interface AcceptOptions {
  /** The folder for files; by default {@linkcode Offers.defaultFolder}. */
  readonly into?: string | undefined;
  /** The folder to save audio and video in. */
  readonly save?: string | undefined;
  /** Whether audio and video are played. */
  readonly play?: boolean | undefined;
}

/** The owner of an offer: handles its answers, and reports its errors. */
export interface OfferControl {
  /** An incoming offer is accepted. */
  accept?(how: AcceptOptions): void;
  /** An incoming offer is rejected. */
  reject?(reason: string | undefined): void;
  /** An offer is withdrawn, or ended while it is running. */
  cancel(reason: string | undefined): void;
}

/** State of an offer. */
export type OfferState = "waiting" | "running" | "interrupted";

/** An offer and its state, for its owner. */
export interface OpenOffer extends Disposable {
  /** Kind of an offer. */
  readonly offer: ListedOffer;
  /** Its current state. */
  readonly state: OfferState;
  /** Sets the state: running, or interrupted and to be resumed. */
  change(state: "running" | "interrupted"): void;
  /** Removes it from the list, when it has ended. May be called twice. */
  [Symbol.dispose](): void;
}

/** All offers of one client that have not ended. */
export class Offers {
  /** What to do with incoming offers. */
  policy: AcceptPolicy = "ask";
  /** The default folder for accepted offers. */
  defaultFolder = "downloads";
  readonly #events: EventSink;
  readonly #open = new Map<number, Entry>();
  #lastNumber = 0;

  /** An empty list; each new offer is reported. */
  constructor(events: EventSink) {
    this.#events = events;
  }

  /**
   * Adds an offer to the list, reports it, and answers it at once if the policy says so.
   * The caller disposes of the result when the offer has ended.
   *
   * @throws {ClientError} `too-many-offers` when too many offers of this person are unanswered.
   */
  add(facts: Omit<ListedOffer, "number">, control: OfferControl): OpenOffer {
    if (facts.direction === "in") this.#checkRoom(facts.from);
    const offer: ListedOffer = { ...facts, number: ++this.#lastNumber };
    const entry = new Entry(offer, control, () => this.#open.delete(offer.number));
    this.#open.set(offer.number, entry);
    const { direction, ...told } = offer;
    this.#events.emit({ event: "offer", ...told, own: direction === "out" });
    // Never open a microphone without asking.
    const asks = this.policy === "ask" || (this.policy === "always" && offer.call === "offer");
    if (direction === "in" && !asks) {
      // After the caller has got the result.
      queueMicrotask(() => {
        if (entry.isAnswered) return;
        if (this.policy === "always") entry.accept({});
        else entry.reject(undefined);
      });
    }
    return entry;
  }

  /** Every offer that has not ended, oldest first. */
  list(): readonly Readonly<Pick<OpenOffer, "offer" | "state">>[] {
    return [...this.#open.values()];
  }

  /**
   * The pending offer with that number, or the newest one.
   *
   * @throws {ClientError} `no-such-offer`.
   */
  pending(number?: number): ListedOffer {
    return this.#pending(number).offer;
  }

  /** Accepts an incoming offer, by default the newest. @throws {ClientError} `no-such-offer`. */
  accept(number?: number, how: AcceptOptions = {}): ListedOffer {
    const entry = this.#pending(number);
    entry.accept(how);
    return entry.offer;
  }

  /** Rejects an incoming offer, by default the newest. @throws {ClientError} `no-such-offer`. */
  reject(number?: number, reason?: string): ListedOffer {
    const entry = this.#pending(number);
    entry.reject(reason);
    return entry.offer;
  }

  /**
   * Ends an offer of either direction, by default the newest: a waiting one is withdrawn or rejected.
   *
   * @throws {ClientError} `no-such-offer`.
   */
  cancel(number?: number, reason?: string): ListedOffer {
    const entry = number === undefined ? [...this.#open.values()].at(-1) : this.#open.get(number);
    if (entry === undefined) throw noSuchOffer(number, "end");
    entry.cancel(reason);
    return entry.offer;
  }

  #pending(number: number | undefined): Entry {
    const waiting = [...this.#open.values()].filter((entry) => entry.isPending);
    const entry = number === undefined
      ? waiting.at(-1)
      : waiting.find(({ offer }) => offer.number === number);
    if (entry === undefined) throw noSuchOffer(number, "answer");
    return entry;
  }

  #checkRoom(from: string): void {
    const waiting = [...this.#open.values()].filter((entry) => entry.isPending);
    const theirs = waiting.filter(({ offer }) => foldName(offer.from) === foldName(from));
    if (theirs.length < MAX_UNANSWERED_EACH && waiting.length < MAX_UNANSWERED) return;
    throw new ClientError({ kind: "too-many-offers" });
  }
}

/** State of an entry: a rejected offer is on the list until its owner has ended it. */
type EntryState = OfferState | "rejected" | "ended";

class Entry implements OpenOffer {
  readonly offer: ListedOffer;
  readonly #control: OfferControl;
  readonly #remove: () => void;
  #state: EntryState = "waiting";

  constructor(offer: ListedOffer, control: OfferControl, remove: () => void) {
    this.offer = offer;
    this.#control = control;
    this.#remove = remove;
  }

  get state(): OfferState {
    return this.#state === "rejected" || this.#state === "ended" ? "waiting" : this.#state;
  }

  /** Whether it has been answered. */
  get isAnswered(): boolean {
    return this.#state !== "waiting";
  }

  /** Whether it waits for our answer. */
  get isPending(): boolean {
    return this.offer.direction === "in" && !this.isAnswered;
  }

  change(state: "running" | "interrupted"): void {
    this.#state = state;
  }

  accept(how: AcceptOptions): void {
    this.change("running"); // from here on the end of the session waits for it
    this.#control.accept?.(how);
  }

  reject(reason: string | undefined): void {
    if (this.#state === "waiting") this.#state = "rejected";
    if (this.#control.reject) this.#control.reject(reason);
    else this.#control.cancel(reason);
  }

  cancel(reason: string | undefined): void {
    if (this.isPending) return this.reject(reason);
    this.#control.cancel(reason);
  }

  [Symbol.dispose](): void {
    if (this.#state === "waiting") this.#state = "ended";
    this.#remove();
  }
}

function noSuchOffer(number: number | undefined, wanted: "answer" | "end"): ClientError {
  return new ClientError({ kind: "no-such-offer", number, wanted });
}
