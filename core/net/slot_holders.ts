/**
 * Who holds something, by address: the oldest holder and the address with the most are found without looking at all.
 *
 * @module
 */

/** The address that holds the most. */
export interface MostHeld<H> {
  /** How many that is; 0 where there are none. */
  readonly count: number;
  /** Its oldest. */
  readonly oldest: H | undefined;
}

/** Holders in the order in which they came. */
export class SlotHolders<H extends { readonly address: string }> {
  readonly #all = new Set<H>();
  readonly #byAddress = new Map<string, Set<H>>();
  /** Addresses by how many they hold. */
  readonly #byCount: Set<string>[] = [];
  #most = 0;

  /** How many an address holds. */
  countOf(address: string): number {
    return this.#byAddress.get(address)?.size ?? 0;
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Whether this is one. */
  has(holder: H): boolean {
    return this.#all.has(holder);
  }

  /** Whoever came first from another address than this one, looking past `address`'s own. */
  oldestBut(address: string): H | undefined {
    for (const holder of this.#all) if (holder.address !== address) return holder;
    return undefined;
  }

  /** The address that holds the most; of several, the one that came to hold so many first. */
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

  /** Removes a holder. @returns false when it was none. */
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
