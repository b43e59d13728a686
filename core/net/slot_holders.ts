/**
 * Holders of slots by address, with fast access to the oldest holder and to the address that holds the most.
 *
 * @module
 */

/** The address that holds the most. */
export interface MostHeld<H> {
  /** Number of its holders; 0 if there are none. */
  readonly count: number;
  /** Its oldest holder. */
  readonly oldest: H | undefined;
}

/** Holders in the order of their arrival. */
export class SlotHolders<H extends { readonly address: string }> {
  readonly #all = new Set<H>();
  readonly #byAddress = new Map<string, Set<H>>();
  /** Addresses by number of holders. */
  readonly #byCount: Set<string>[] = [];
  #most = 0;

  /** Number of holders of an address. */
  countOf(address: string): number {
    return this.#byAddress.get(address)?.size ?? 0;
  }

  /** Number of all holders. */
  get size(): number {
    return this.#all.size;
  }

  /** Whether `holder` is among them. */
  has(holder: H): boolean {
    return this.#all.has(holder);
  }

  /** The oldest holder with another address than `address`. */
  oldestExcept(address: string): H | undefined {
    for (const holder of this.#all) if (holder.address !== address) return holder;
    return undefined;
  }

  /** The address that holds the most; of several, the one that reached that number first. */
  get mostHeld(): MostHeld<H> {
    const [address] = this.#byCount[this.#most] ?? [];
    const [oldest] = (address !== undefined && this.#byAddress.get(address)) || [];
    return { count: this.#most, oldest };
  }

  /** Adds a holder as the newest. */
  add(holder: H): void {
    if (this.#all.has(holder)) return;
    this.#all.add(holder);
    const { address } = holder;
    let held = this.#byAddress.get(address);
    if (!held) this.#byAddress.set(address, held = new Set());
    held.add(holder);
    this.#move(address, held.size - 1, held.size);
  }

  /** Removes a holder. @returns false when it was not among them. */
  delete(holder: H): boolean {
    if (!this.#all.delete(holder)) return false;
    const { address } = holder;
    const held = this.#byAddress.get(address);
    if (held?.delete(holder)) this.#move(address, held.size + 1, held.size);
    if (held?.size === 0) this.#byAddress.delete(address);
    return true;
  }

  #move(address: string, from: number, to: number): void {
    this.#byCount[from]?.delete(address);
    if (to > 0) (this.#byCount[to] ??= new Set()).add(address);
    this.#most = Math.max(this.#most, to);
    while (this.#most > 0 && !this.#byCount[this.#most]?.size) this.#most--;
  }
}
