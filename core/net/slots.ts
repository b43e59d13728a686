/**
 * Slots: how many connections there may be at once, in all and from one address.
 *
 * A connection takes a slot when it is accepted and gives it back when its socket is gone. Until somebody has signed in
 * on it, it is a stranger's, or a guest's once a guest has entered; one address (or /64 of IPv6) may hold only so many of
 * these. A full server makes room for a newcomer: see {@linkcode Slots.take}.
 *
 * Whose address may be forged, as that of a datagram, is less than a stranger: all such hold a quarter of the
 * slots at most, lose the oldest of them to each other, and any of them to anybody else.
 *
 * @module
 */

import { addressKey } from "./address_key.ts";
import { FailedVisits, LEVELS } from "./failed_visits.ts";
import { SlotHolders } from "./slot_holders.ts";

/** How long a stranger's slot is safe from newcomers: time to sign in. */
export const GRACE_MS = 3_000;

/** A connection's right to be here. */
export interface Slot {
  /** A guest entered: the slot is not a stranger's any more, though nobody signed in on it. */
  welcome(): void;
  /** Somebody signed in: nobody can take the slot away. */
  settle(): void;
  /** Gives the slot back. May be called more than once. */
  release(): void;
}

/** A slot of somebody whose address may be forged. */
export interface UnconfirmedSlot extends Slot {
  /**
   * Whoever is on it receives at that address: from now on the slot is a stranger's, or one of somebody who signed
   * in. On "too-many-from-address" it stays unconfirmed, and should be given back.
   */
  confirm(): "ok" | "too-many-from-address";
}

/** What {@linkcode Slots.takeUnconfirmed} answers. */
export type UnconfirmedSlotAnswer =
  | { readonly state: "ok"; readonly slot: UnconfirmedSlot }
  | { readonly state: "full" };

/** What {@linkcode Slots.take} answers. */
export type SlotAnswer =
  | { readonly state: "ok"; readonly slot: Slot }
  | { readonly state: "full" }
  | { readonly state: "too-many-from-address" };

/** How many slots there are. */
export interface SlotsOptions {
  /** In all. */
  readonly total: number;
  /** Slots without a sign-in that one address may hold. */
  readonly strangersPerAddress: number;
  /** Milliseconds that never go back. */
  readonly steadyNow?: () => number;
}

/** Who asks for a slot. */
export interface SlotRequest {
  /** Where they are. */
  readonly address: string;
  /** Whether somebody has signed in from there before. */
  readonly isKnown?: boolean;
}

interface Taken extends Slot {
  readonly address: string;
  readonly at: number;
  /** How often its address had a slot for nothing when it came. */
  readonly level: number;
  readonly evict: () => void;
}

/** Counts the slots of one server. */
export class Slots {
  /** How many there are. */
  readonly total: number;
  readonly #strangersPerAddress: number;
  readonly #steadyNow: () => number;
  /** Guests on slots beyond these make way for newcomers: the last ones are for members. */
  readonly #forGuests: number;
  #used = 0;
  readonly #fruitless: FailedVisits;
  readonly #strangers = new SlotHolders<Taken>();
  /** The strangers by level, in the order in which they came. */
  readonly #byLevel = Array.from({ length: LEVELS }, () => new Set<Taken>());
  readonly #guests = new SlotHolders<Taken>();
  /** Those of the guests that are on the slots for members. */
  readonly #lastGuests = new Set<Taken>();
  readonly #unconfirmed = new Set<Taken>();

  /** All of them free. */
  constructor(
    { total, strangersPerAddress, steadyNow = () => performance.now() }: SlotsOptions,
  ) {
    this.total = total;
    this.#strangersPerAddress = strangersPerAddress;
    this.#steadyNow = steadyNow;
    this.#forGuests = total < 2 ? total : total - Math.max(1, Math.floor(total / 10));
    this.#fruitless = new FailedVisits(steadyNow);
  }

  /** Slots in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes a slot for a connection. When none is free, the newcomer gets, in this order, that of
   * - the oldest whose address may be forged;
   * - the oldest stranger whose address has had slots for nothing more often than the newcomer's lately;
   * - the oldest stranger, once its {@linkcode GRACE_MS} are over, those who had slots for nothing first;
   * - a stranger of the address that holds the most, if that is more than the newcomer's would;
   * - a guest of an address that holds a tenth of all slots, and more than one; a quarter, where the newcomer's address had
   *   slots for nothing;
   * - a guest on the last tenth of the slots, which are for members, where its own address had none for nothing;
   * - and where somebody has signed in from the newcomer's address before, that of the oldest stranger or guest of
   *   another address.
   *
   * An address that holds as many slots without a sign-in as it may gets no other.
   *
   * @param evict Called when the slot is taken away again in favour of a newcomer, before anybody signed in
   * on it: closes the connection. The slot counts as free from then on.
   */
  take({ address: from, isKnown = false }: SlotRequest, evict: () => void): SlotAnswer {
    const address = addressKey(from);
    const isCrowded = this.#isCrowded(address);
    const isFull = this.#used >= this.total;
    if (isFull && (isCrowded || !this.#makeRoomFor(address, isKnown))) return { state: "full" };
    if (isCrowded) return { state: "too-many-from-address" };
    const taken = this.#occupy({ address, level: this.#levelOf(address, isKnown), evict });
    this.#addStranger(taken);
    return { state: "ok", slot: taken };
  }

  /** Whether a newcomer who shows where they are would get a slot. */
  hasRoomFor({ address: from, isKnown = false }: SlotRequest): boolean {
    const address = addressKey(from);
    if (this.#isCrowded(address)) return false;
    if (this.#used < this.total || this.#unconfirmed.size > 0) return true;
    return this.#victim(address, isKnown) !== undefined;
  }

  /**
   * Takes a slot for somebody who says to be at an address. Nobody but others of that kind makes way, unless they have
   * just shown that they receive there.
   *
   * @param evict As for {@linkcode Slots.take}.
   */
  takeUnconfirmed(
    { address: from, isKnown = false, isShown = false }: SlotRequest & {
      readonly isShown?: boolean;
    },
    evict: () => void,
  ): UnconfirmedSlotAnswer {
    const address = addressKey(from);
    const isAtMost = this.#unconfirmed.size >= Math.max(1, Math.floor(this.total / 4));
    if (isAtMost || this.#used >= this.total) this.#evictUnconfirmed();
    const mayEvict = isShown && !this.#isCrowded(address);
    if (this.#used >= this.total && mayEvict) this.#makeRoomFor(address, isKnown);
    if (this.#used >= this.total) return { state: "full" };
    const taken = this.#occupy({ address, level: 0, evict });
    this.#unconfirmed.add(taken);
    let isSettled = false;
    const settle = () => {
      isSettled = true;
      if (!this.#unconfirmed.has(taken)) taken.settle();
    };
    const confirm = () => {
      if (!this.#unconfirmed.has(taken)) return "ok";
      if (!isSettled && this.#isCrowded(address)) return "too-many-from-address";
      this.#unconfirmed.delete(taken);
      if (!isSettled) this.#addStranger(taken);
      return "ok";
    };
    const { welcome, release } = taken;
    return { state: "ok", slot: { welcome, settle, confirm, release } };
  }

  #occupy(who: Pick<Taken, "address" | "level" | "evict">): Taken {
    let held = true;
    const taken: Taken = {
      ...who,
      at: this.#steadyNow(),
      welcome: () => this.#welcome(taken),
      settle: () => {
        this.#fruitless.forget(taken.address);
        this.#forget(taken);
      },
      release: () => {
        if (!held) return;
        held = false;
        this.#used--;
        if (this.#strangers.has(taken)) this.#fruitless.note(taken.address);
        this.#forget(taken);
      },
    };
    this.#used++;
    return taken;
  }

  #addStranger(taken: Taken): void {
    this.#strangers.add(taken);
    this.#byLevel[taken.level]?.add(taken);
  }

  #removeStranger(taken: Taken): boolean {
    this.#byLevel[taken.level]?.delete(taken);
    return this.#strangers.delete(taken);
  }

  #welcome(taken: Taken): void {
    if (!this.#removeStranger(taken)) return;
    this.#guests.add(taken);
    this.#lastGuests.add(taken);
    this.#seatGuests();
  }

  /** Gives the slots that are not for members to the guests who came first. */
  #seatGuests(): void {
    for (const guest of this.#lastGuests) {
      const members = this.#used - this.#strangers.size - this.#guests.size -
        this.#unconfirmed.size;
      const seated = this.#guests.size - this.#lastGuests.size;
      if (members + seated >= this.#forGuests) return;
      this.#lastGuests.delete(guest);
    }
  }

  #levelOf(address: string, isKnown: boolean): number {
    return isKnown ? 0 : this.#fruitless.levelOf(address);
  }

  #isCrowded(address: string): boolean {
    return this.#heldBy(address) >= this.#strangersPerAddress;
  }

  #heldBy(address: string): number {
    return this.#strangers.countOf(address) + this.#guests.countOf(address);
  }

  #forget(taken: Taken): void {
    this.#unconfirmed.delete(taken);
    this.#removeStranger(taken);
    this.#guests.delete(taken);
    this.#lastGuests.delete(taken);
    this.#seatGuests();
  }

  #makeRoomFor(newcomer: string, isKnown: boolean): boolean {
    return this.#evictUnconfirmed() || this.#evict(this.#victim(newcomer, isKnown));
  }

  #victim(newcomer: string, isKnown: boolean): Taken | undefined {
    const level = this.#levelOf(newcomer, isKnown);
    const stranger = this.#strangerFor(level);
    if (stranger) return stranger;
    const crowd = this.#strangers.mostHeld;
    if (crowd.count > Math.max(1, this.#heldBy(newcomer))) return crowd.oldest;
    const guests = this.#guests.mostHeld;
    const isHog = guests.count >= Math.max(2, this.total / (level === 0 ? 10 : 4));
    if (isHog && guests.oldest?.address !== newcomer) return guests.oldest;
    const [last] = this.#lastGuests;
    if (level === 0 && last && last.address !== newcomer) return last;
    if (!isKnown) return undefined;
    return this.#strangers.oldestBut(newcomer) ?? this.#guests.oldestBut(newcomer);
  }

  #strangerFor(level: number): Taken | undefined {
    const cameBy = this.#steadyNow() - GRACE_MS;
    for (let own = LEVELS - 1; own >= 0; own--) {
      const [oldest] = this.#byLevel[own] ?? [];
      if (oldest && (own > level || oldest.at <= cameBy)) return oldest;
    }
    return undefined;
  }

  #evictUnconfirmed(): boolean {
    const [oldest] = this.#unconfirmed;
    return this.#evict(oldest);
  }

  #evict(taken: Taken | undefined): boolean {
    taken?.release();
    taken?.evict();
    return taken !== undefined;
  }
}
