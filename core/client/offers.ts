/**
 * What people offer each other beside words: files, sound, picture. One list for all of it, so that every offer has a
 * small number to answer it by, and an id that is the same on both sides.
 *
 * @module
 */
import { foldName } from "../ground/names.ts";
import { ClientError } from "./errors.ts";
import type { CallPart, OfferEvent, OfferKind } from "./offer_events.ts";

/** Most unanswered offers of one person: what a stranger can fill our screen with. */
export const MAX_UNANSWERED_EACH = 20;
/** Most unanswered offers of everybody together. */
export const MAX_UNANSWERED = 100;

/** What to do with offers that nobody has answered yet. */
export type AcceptPolicy = "ask" | "always" | "never";

/** Something that is offered, in either direction. */
export interface ListedOffer {
  /** What it is answered by: small, counts up, of both directions. */
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
  /** Clean; the first names at the top, a folder's ends with `/`. */
  readonly names: readonly string[];
  /** The bytes of each of the names, where they are known. */
  readonly sizes?: readonly number[];
  /** `undefined` when nobody knows, as of a live source. */
  readonly bytes: number | undefined;
  /** How many files it has. */
  readonly files?: number;
  /** Of what others offer to everybody in a room: that room; `to` is we. */
  readonly room?: string;
  /** Half of a call: sound that whoever accepts it answers with their own, or that answer. */
  readonly call?: CallPart;
}

/** How an offer is accepted. */
export interface AcceptOptions {
  /** The folder that files go into; {@linkcode Offers.defaultFolder} if absent. */
  readonly into?: string | undefined;
  /** The folder that sound and picture are kept in. */
  readonly save?: string | undefined;
  /** Whether sound and picture are played. */
  readonly play?: boolean | undefined;
}

/** What whoever adds an offer does with the answers. Errors are its own to tell. */
export interface OfferControl {
  /** An incoming offer is taken. */
  accept?(how: AcceptOptions): void;
  /** An incoming offer is turned down. */
  reject?(reason: string | undefined): void;
  /** An offer is taken back, or ended while it is under way. */
  cancel(reason: string | undefined): void;
}

/** Where an offer stands. */
export type OfferState = "waiting" | "running" | "interrupted";

/** An offer and where it stands, for whoever added it. */
export interface OpenOffer extends Disposable {
  /** What is offered. */
  readonly offer: ListedOffer;
  /** Where it stands now. */
  readonly state: OfferState;
  /** Notes that it is under way, or that it is not for now and will go on. */
  change(state: "running" | "interrupted"): void;
  /** It has ended, however: takes it off the list. May be called twice. */
  [Symbol.dispose](): void;
}

/** All offers of one client that have not ended. */
export class Offers {
  /** What happens to incoming offers. */
  policy: AcceptPolicy = "ask";
  /** Where what is accepted goes unless the answer says otherwise. */
  defaultFolder = "downloads";
  readonly #emit: (event: OfferEvent) => void;
  readonly #open = new Map<number, Entry>();
  #lastNumber = 0;

  /** An empty list; `emit` hears of every new offer. */
  constructor(emit: (event: OfferEvent) => void) {
    this.#emit = emit;
  }

  /**
   * Puts an offer on the list, tells of it, and answers it at once where the policy says so.
   * Whoever adds it disposes of what is returned when it has ended.
   *
   * @throws {ClientError} `too-many-offers` when too many of this person wait for an answer.
   */
  add(facts: Omit<ListedOffer, "number">, control: OfferControl): OpenOffer {
    if (facts.direction === "in") this.#checkRoom(facts.from);
    const offer: ListedOffer = { ...facts, number: ++this.#lastNumber };
    const entry = new Entry(offer, control, () => this.#open.delete(offer.number));
    this.#open.set(offer.number, entry);
    const { direction, ...told } = offer;
    this.#emit({ event: "offer", ...told, own: direction === "out" });
    // Nobody's microphone is opened without asking them.
    const asks = this.policy === "ask" || (this.policy === "always" && offer.call === "offer");
    if (direction === "in" && !asks) {
      // After whoever adds it has got hold of it.
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
   * The offer of that number that waits for our answer, or the newest one.
   *
   * @throws {ClientError} `no-such-offer`.
   */
  pending(number?: number): ListedOffer {
    return this.#pending(number).offer;
  }

  /** Takes an incoming offer, by default the newest. @throws {ClientError} `no-such-offer`. */
  accept(number?: number, how: AcceptOptions = {}): ListedOffer {
    const entry = this.#pending(number);
    entry.accept(how);
    return entry.offer;
  }

  /** Turns an incoming offer down, by default the newest. @throws {ClientError} `no-such-offer`. */
  reject(number?: number, reason?: string): ListedOffer {
    const entry = this.#pending(number);
    entry.reject(reason);
    return entry.offer;
  }

  /**
   * Ends an offer of either direction, by default the newest: one that waits is taken back or turned down.
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

class Entry implements OpenOffer {
  readonly offer: ListedOffer;
  readonly #control: OfferControl;
  readonly #remove: () => void;
  #state: OfferState = "waiting";
  #isAnswered = false;

  constructor(offer: ListedOffer, control: OfferControl, remove: () => void) {
    this.offer = offer;
    this.#control = control;
    this.#remove = remove;
  }

  get state(): OfferState {
    return this.#state;
  }

  /** Whether somebody has decided what becomes of it. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Whether it is for us to answer. */
  get isPending(): boolean {
    return this.offer.direction === "in" && !this.#isAnswered;
  }

  change(state: "running" | "interrupted"): void {
    this.#isAnswered = true;
    this.#state = state;
  }

  accept(how: AcceptOptions): void {
    this.change("running"); // from here on the end of a session waits for it
    this.#control.accept?.(how);
  }

  reject(reason: string | undefined): void {
    this.#isAnswered = true;
    if (this.#control.reject) this.#control.reject(reason);
    else this.#control.cancel(reason);
  }

  cancel(reason: string | undefined): void {
    if (this.isPending) return this.reject(reason);
    this.#control.cancel(reason);
  }

  [Symbol.dispose](): void {
    this.#isAnswered = true;
    this.#remove();
  }
}

function noSuchOffer(number: number | undefined, wanted: "answer" | "end"): ClientError {
  return new ClientError({ kind: "no-such-offer", number, wanted });
}
