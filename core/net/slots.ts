/**
 * Slots: limits for concurrent connections, in all and from one address.
 *
 * A connection takes a slot when it is accepted and releases it when its socket is closed. Until somebody signs in
 * on it, it is a stranger's slot, or a guest's once a guest has entered; the number of these per address (or /64 of IPv6)
 * is limited. A full server evicts connections for a new one: see {@linkcode Slots.take}.
 *
 * Connections whose address may be forged (datagrams) rank below strangers: together they hold a quarter of the
 * slots at most, a new one of them evicts the oldest, and any other connection evicts one of them.
 *
 * @module
 */

import { addressKey } from "./address_key.ts";
import { FailedVisits, LEVELS } from "./failed_visits.ts";
import { SlotHolders } from "./slot_holders.ts";

/** How long a stranger's slot is safe from eviction: time to sign in. */
export const GRACE_MS = 3_000;

/** The slot of one connection. */
export interface Slot {
  /** A guest entered: turns a stranger's slot into a guest's. */
  welcome(): void;
  /** Somebody signed in: the slot cannot be evicted any more. */
  settle(): void;
  /** Releases the slot. May be called more than once. */
  release(): void;
}

/** A slot of a connection whose address may be forged. */
export interface UnconfirmedSlot extends Slot {
  /**
   * The client has proved its address: the slot becomes a stranger's, or a settled one if somebody has signed
   * in. On "too-many-from-address" it stays unconfirmed and should be released.
   */
  confirm(): "ok" | "too-many-from-address";
}

/** Result of {@linkcode Slots.takeUnconfirmed}. */
export type UnconfirmedSlotAnswer =
  | { readonly state: "ok"; readonly slot: UnconfirmedSlot }
  | { readonly state: "full" };

/** Result of {@linkcode Slots.take}. */
export type SlotAnswer =
  | { readonly state: "ok"; readonly slot: Slot }
  | { readonly state: "full" }
  | { readonly state: "too-many-from-address" };

/** Options for {@linkcode Slots}. */
export interface SlotsOptions {
  /** Number of slots. */
  readonly total: number;
  /** Slots without a sign-in that one address may hold. */
  readonly strangersPerAddress: number;
  /** Monotonic clock, in milliseconds. */
  readonly steadyNow?: () => number;
}

/** A request for a slot. */
export interface SlotRequest {
  /** The client's address. */
  readonly address: string;
  /** Whether somebody has signed in from this address before. */
  readonly isKnown?: boolean;
}

interface Taken extends Slot {
  readonly address: string;
  readonly at: number;
  /** Level of failed visits of its address when it arrived. */
  readonly level: number;
  readonly evict: () => void;
}

/** The slots of one server. */
export class Slots {
  /** Number of slots. */
  readonly total: number;
  readonly #strangersPerAddress: number;
  readonly #steadyNow: () => number;
  /** Guests on slots beyond these may be evicted: the last slots are for members. */
  readonly #forGuests: number;
  #used = 0;
  readonly #failedVisits: FailedVisits;
  readonly #strangers = new SlotHolders<Taken>();
  /** The strangers by level, in the order of their arrival. */
  readonly #byLevel = Array.from({ length: LEVELS }, () => new Set<Taken>());
  readonly #guests = new SlotHolders<Taken>();
  /** The guests on the slots for members. */
  readonly #lastGuests = new Set<Taken>();
  readonly #unconfirmed = new Set<Taken>();

  /** All slots are free. */
  constructor(
    { total, strangersPerAddress, steadyNow = () => performance.now() }: SlotsOptions,
  ) {
    this.total = total;
    this.#strangersPerAddress = strangersPerAddress;
    this.#steadyNow = steadyNow;
    this.#forGuests = total < 2 ? total : total - Math.max(1, Math.floor(total / 10));
    this.#failedVisits = new FailedVisits(steadyNow);
  }

  /** Slots in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes a slot for a connection. When none is free, the first of these is evicted:
   * - the oldest connection whose address may be forged;
   * - the oldest stranger whose address has a higher level of failed visits than the new address;
   * - the oldest stranger whose {@linkcode GRACE_MS} are over, higher levels of failed visits first;
   * - a stranger of the address that holds the most, if that is more than the new address would hold;
   * - a guest of an address that holds a tenth of all slots, and more than one; a quarter, if the new address has
   *   failed visits;
   * - a guest on the last tenth of the slots, which are for members, if the new address has no failed visits;
   * - if somebody has signed in from the new address before, the oldest stranger or guest of another address.
   *
   * An address that holds its maximum of slots without a sign-in gets no other.
   *
   * @param evict Called when the slot is evicted before anybody has signed in on it: closes the connection. The slot
   * is free from then on.
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

  /** Whether a connection with a confirmed address would get a slot. */
  hasRoomFor({ address: from, isKnown = false }: SlotRequest): boolean {
    const address = addressKey(from);
    if (this.#isCrowded(address)) return false;
    if (this.#used < this.total || this.#unconfirmed.size > 0) return true;
    return this.#victim(address, isKnown) !== undefined;
  }

  /**
   * Takes a slot for a connection whose address may be forged. It evicts only others of that kind, unless the address
   * has just been confirmed (`isShown`).
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
        this.#failedVisits.forget(taken.address);
        this.#forget(taken);
      },
      release: () => {
        if (!held) return;
        held = false;
        this.#used--;
        if (this.#strangers.has(taken)) this.#failedVisits.note(taken.address);
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

  /** Moves the oldest guests to slots that are not reserved for members. */
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
    return isKnown ? 0 : this.#failedVisits.levelOf(address);
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
    return this.#strangers.oldestExcept(newcomer) ?? this.#guests.oldestExcept(newcomer);
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
