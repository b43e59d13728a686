/**
 * Limits how fast passwords may be tried. Nobody is locked out: each address is slowed down by its own wrong passwords for
 * a name, never by those of other addresses.
 *
 * @module
 */
import { LruMap } from "../ground/lru_map.ts";
import { OK, type Take } from "./token_bucket.ts";

/** Wrong passwords of one address for one name before it has to wait. */
export const FREE_TRIES = 10;
/** The same while the name is under attack from many addresses. */
export const FREE_TRIES_UNDER_ATTACK = 2;
/** Number of wrong passwords for a name, from all addresses together, at which it counts as under attack. */
export const ATTACK_TRIES = 30;
/** The first wait; each further wrong password doubles it. */
const FIRST_WAIT_MS = 1_000;
/** The longest wait. */
export const MAX_WAIT_MS = 5 * 60_000;
/** The longest wait while the name is under attack. */
export const MAX_WAIT_UNDER_ATTACK_MS = 30 * 60_000;
/** One wrong password of an address is forgiven each time this passes without another. */
const FORGET_MS = 10 * 60_000;
/** The same for a name: 30 are forgiven in a quarter of an hour. */
const FORGET_OF_NAME_MS = 30_000;

/** Options for {@linkcode PasswordThrottle}. */
export interface PasswordThrottleOptions {
  /** Number of addresses and names remembered at most; the least recently used is dropped. */
  readonly maxKeys: number;
  /** Monotonic clock, in milliseconds. */
  readonly steadyNow: () => number;
}

/** Wrong passwords, and when the last one was. */
interface Failures {
  readonly count: number;
  readonly at: number;
}

/**
 * Counts wrong passwords per name and address.
 *
 * @example Others' wrong passwords do not count
 * ```ts
 * import assert from "node:assert/strict";
 * import { PasswordThrottle } from "./password_throttle.ts";
 * const throttle = new PasswordThrottle({ maxKeys: 100, steadyNow: () => 0 });
 * for (let n = 0; n < 10; n++) assert.equal(throttle.take("amy", "192.0.2.7").state, "ok");
 * assert.deepEqual(throttle.take("amy", "192.0.2.7"), { state: "limited", retryMs: 1000 });
 * assert.equal(throttle.take("amy", "192.0.2.8").state, "ok");
 * ```
 */
export class PasswordThrottle {
  readonly #steadyNow: () => number;
  readonly #byPair: LruMap<string, Failures>;
  readonly #byName: LruMap<string, Failures>;

  /** Starts from zero. */
  constructor({ maxKeys, steadyNow }: PasswordThrottleOptions) {
    this.#byPair = new LruMap(maxKeys);
    this.#byName = new LruMap(maxKeys);
    // Whole milliseconds, so that the announced wait is always enough.
    this.#steadyNow = () => Math.floor(steadyNow());
  }

  /**
   * Counts a try as a wrong one before it is made, so that concurrent tries cannot evade the limit. If it must not be made
   * now, returns how long to wait and counts nothing.
   */
  take(name: string, address: string): Take {
    const now = this.#steadyNow();
    const pair = pairOf(name, address);
    const own = this.#byPair.get(pair);
    const waitMs = own ? own.at + this.#waitMs(name, own, now) - now : 0;
    if (waitMs > 0) return { state: "limited", retryMs: waitMs };
    this.#count(this.#byPair, pair, FORGET_MS);
    this.#count(this.#byName, name, FORGET_OF_NAME_MS);
    return OK;
  }

  /** The password was right: clears the wrong ones of the address for this name. */
  succeeded(name: string, address: string): void {
    this.#byPair.delete(pairOf(name, address));
    this.#uncount(this.#byName, name);
  }

  /** The try was not made. */
  cancel(name: string, address: string): void {
    this.#uncount(this.#byPair, pairOf(name, address));
    this.#uncount(this.#byName, name);
  }

  #waitMs(name: string, own: Failures, now: number): number {
    const count = remaining(own, now, FORGET_MS);
    const isAttacked = remaining(this.#byName.get(name), now, FORGET_OF_NAME_MS) >= ATTACK_TRIES;
    const free = isAttacked ? FREE_TRIES_UNDER_ATTACK : FREE_TRIES;
    if (count < free) return 0;
    const most = isAttacked ? MAX_WAIT_UNDER_ATTACK_MS : MAX_WAIT_MS;
    return Math.min(most, FIRST_WAIT_MS * 2 ** Math.min(count - free, 30));
  }

  #count(all: LruMap<string, Failures>, key: string, forgetMs: number): void {
    const now = this.#steadyNow();
    const count = remaining(all.get(key), now, forgetMs) + 1;
    all.remember(key, { count, at: now });
  }

  #uncount(all: Map<string, Failures>, key: string): void {
    const failures = all.get(key);
    if (!failures) return;
    if (failures.count <= 1) all.delete(key);
    else all.set(key, { ...failures, count: failures.count - 1 });
  }
}

/** Unambiguous, since names contain no NUL. */
function pairOf(name: string, address: string): string {
  return `${name}\0${address}`;
}

function remaining(failures: Failures | undefined, now: number, forgetMs: number): number {
  if (!failures) return 0;
  return Math.max(0, failures.count - Math.floor((now - failures.at) / forgetMs));
}
