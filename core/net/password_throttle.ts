/**
 * How fast passwords may be tried. Nobody is locked out: each address is slowed down by its own wrong passwords for a name,
 * and whoever has had none for it is never slowed down by those of others.
 *
 * @module
 */
import { LruMap } from "../lru_map.ts";
import { OK, type Take } from "./token_bucket.ts";

/** Wrong passwords of one address for one name before it has to wait at all. */
export const FREE_TRIES = 10;
/** The same where the name is being guessed at from many addresses. */
export const FREE_TRIES_UNDER_ATTACK = 2;
/** Wrong passwords for a name, from all addresses together, from which it counts as being guessed at. */
export const ATTACK_TRIES = 30;
/** The first wait; each further wrong password doubles it. */
const FIRST_WAIT_MS = 1_000;
/** The longest wait. */
export const MAX_WAIT_MS = 5 * 60_000;
/** The longest wait where the name is being guessed at. */
export const MAX_WAIT_UNDER_ATTACK_MS = 30 * 60_000;
/** After so long without another, one wrong password of an address is forgotten. */
const FORGET_MS = 10 * 60_000;
/** The same of a name: what is left of 30 after a quarter of an hour is none. */
const FORGET_OF_NAME_MS = 30_000;

/** Settings of a {@linkcode PasswordThrottle}. */
export interface PasswordThrottleOptions {
  /** How many addresses and names are remembered at most; the least lately used is forgotten. */
  readonly maxKeys: number;
  /** Milliseconds that never go back. */
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

  /** Nothing counted yet. */
  constructor({ maxKeys, steadyNow }: PasswordThrottleOptions) {
    this.#byPair = new LruMap(maxKeys);
    this.#byName = new LruMap(maxKeys);
    // Whole milliseconds: after the wait that was asked for, no rest of one is left.
    this.#steadyNow = () => Math.floor(steadyNow());
  }

  /**
   * Counts a try as a wrong one, before it is made: a thousand at once are no way around. Says how long to wait, counting
   * nothing, where it must not be made now.
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

  /** The try turned out right: the address has no wrong ones for this name any more. */
  succeeded(name: string, address: string): void {
    this.#byPair.delete(pairOf(name, address));
    this.#uncount(this.#byName, name);
  }

  /** The try was not made after all. */
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

/** No name has a NUL in it. */
function pairOf(name: string, address: string): string {
  return `${name}\0${address}`;
}

function remaining(failures: Failures | undefined, now: number, forgetMs: number): number {
  if (!failures) return 0;
  return Math.max(0, failures.count - Math.floor((now - failures.at) / forgetMs));
}
