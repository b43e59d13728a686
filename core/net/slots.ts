/**
 * Slots: how many connections there may be at once, in all and from one address.
 *
 * A connection takes a slot when it is accepted and gives it back when its socket is gone. Until
 * somebody has signed in on it, it counts as a stranger's: one address (or /64 of IPv6) may hold only so many of
 * those, and when the server is full, an address that holds many of them loses its oldest one to a
 * newcomer from elsewhere.
 *
 * Whose address may be forged, as that of a datagram, is less than a stranger: all such hold a quarter of the
 * slots at most, lose the oldest of them to each other, and any of them to anybody else.
 *
 * @module
 */

import { addressKey } from "./address_key.ts";

/** A connection's right to be here. */
export interface Slot {
  /** Somebody signed in: the slot is not a stranger's any more. */
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
  readonly total: number;
  /** Strangers' slots one address may hold. */
  readonly strangersPerAddress: number;
}

interface Taken extends Slot {
  readonly address: string;
  readonly evict: () => void;
}

/** Counts the slots of one server. */
export class Slots {
  readonly total: number;
  #strangersPerAddress: number;
  #used = 0;
  #strangers = new Map<string, Set<Taken>>();
  #unconfirmed = new Set<Taken>();

  constructor({ total, strangersPerAddress }: SlotsOptions) {
    this.total = total;
    this.#strangersPerAddress = strangersPerAddress;
  }

  /** Slots in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes a slot for a connection from the address `from`.
   *
   * @param evict Called when the slot is taken away again in favour of a newcomer, before anybody signed in
   * on it: closes the connection. The slot counts as free from then on.
   */
  take(from: string, evict: () => void): SlotAnswer {
    const address = addressKey(from);
    const isCrowded = this.#isCrowded(address);
    const isFull = this.#used >= this.total;
    if (isFull && (isCrowded || (!this.#evictUnconfirmed() && !this.#makeRoomFor(address)))) {
      return { state: "full" };
    }
    if (isCrowded) return { state: "too-many-from-address" };
    const taken = this.#occupy(address, evict);
    this.#addStranger(taken);
    return { state: "ok", slot: taken };
  }

  /** Takes a slot for somebody who says to be at `from`. @param evict As for {@linkcode Slots.take}. */
  takeUnconfirmed(from: string, evict: () => void): UnconfirmedSlotAnswer {
    const address = addressKey(from);
    const isAtMost = this.#unconfirmed.size >= Math.max(1, Math.floor(this.total / 4));
    if (isAtMost || this.#used >= this.total) this.#evictUnconfirmed();
    if (this.#used >= this.total) return { state: "full" };
    const taken = this.#occupy(address, evict);
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
    return { state: "ok", slot: { settle, confirm, release: taken.release } };
  }

  #occupy(address: string, evict: () => void): Taken {
    let held = true;
    const taken: Taken = {
      address,
      evict,
      settle: () => this.#forget(taken),
      release: () => {
        if (!held) return;
        held = false;
        this.#used--;
        this.#forget(taken);
      },
    };
    this.#used++;
    return taken;
  }

  #isCrowded(address: string): boolean {
    return (this.#strangers.get(address)?.size ?? 0) >= this.#strangersPerAddress;
  }

  #addStranger(taken: Taken): void {
    const here = this.#strangers.get(taken.address);
    if (here) here.add(taken);
    else this.#strangers.set(taken.address, new Set([taken]));
  }

  #evictUnconfirmed(): boolean {
    const [oldest] = this.#unconfirmed;
    oldest?.release();
    oldest?.evict();
    return oldest !== undefined;
  }

  #forget(taken: Taken): void {
    this.#unconfirmed.delete(taken);
    const here = this.#strangers.get(taken.address);
    if (here?.delete(taken) && here.size === 0) this.#strangers.delete(taken.address);
  }

  /** Takes a slot from the address with the most strangers, if that is a quarter of all or more. */
  #makeRoomFor(newcomer: string): boolean {
    let most: Set<Taken> | undefined;
    for (const [address, held] of this.#strangers) {
      if (address !== newcomer && held.size > (most?.size ?? 0)) most = held;
    }
    if (!most || most.size < Math.max(2, this.total / 4)) return false;
    const [oldest] = most;
    if (!oldest) return false;
    oldest.release();
    oldest.evict();
    return true;
  }
}
