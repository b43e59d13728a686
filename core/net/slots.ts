/**
 * Slots: how many connections there may be at once, in all and from one address.
 *
 * A connection takes a slot when it is accepted and gives it back when its socket is gone. Until
 * somebody has signed in on it, it counts as a stranger's: one address may hold only so many of
 * those, and when the server is full, an address that holds many of them loses its oldest one to a
 * newcomer from elsewhere.
 *
 * @module
 */

/** A connection's right to be here. */
export interface Slot {
  /** Somebody signed in: the slot is not a stranger's any more. */
  settle(): void;
  /** Gives the slot back. May be called more than once. */
  release(): void;
}

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

  constructor({ total, strangersPerAddress }: SlotsOptions) {
    this.total = total;
    this.#strangersPerAddress = strangersPerAddress;
  }

  /** Slots in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes a slot for a connection from `address`.
   *
   * @param evict Called when the slot is taken away again in favour of a newcomer, before anybody signed in
   * on it: closes the connection. The slot counts as free from then on.
   */
  take(address: string, evict: () => void): SlotAnswer {
    const here = this.#strangers.get(address);
    if (here && here.size >= this.#strangersPerAddress) return { state: "too-many-from-address" };
    if (this.#used >= this.total && !this.#makeRoomFor(address)) return { state: "full" };
    return { state: "ok", slot: this.#occupy(address, evict) };
  }

  #occupy(address: string, evict: () => void): Slot {
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
    const here = this.#strangers.get(address);
    if (here) here.add(taken);
    else this.#strangers.set(address, new Set([taken]));
    return taken;
  }

  #forget(taken: Taken): void {
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
