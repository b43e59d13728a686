/**
 * Rate limits: connections, registrations and passwords per address, and lines and bytes per connection.
 *
 * An attempt is counted before it is made and the count taken back if it succeeds, so that concurrent attempts cannot
 * evade a limit. IPv6 addresses are counted by their /64.
 *
 * @module
 */
import { foldName, MAX_NICK_BYTES } from "../ground/names.ts";
import { addressKey } from "./address_key.ts";
import type { RateWindow } from "./keyed_limiter.ts";
import { KeyedLimiter } from "./keyed_limiter.ts";
import { PasswordThrottle } from "./password_throttle.ts";
import type { Take, TokenBucketOptions } from "./token_bucket.ts";
import { OK, TokenBucket } from "./token_bucket.ts";

export type { RateWindow, Take, TokenBucketOptions };

/** An attempt, and the address it comes from. */
export type Attempt =
  /** Open a connection. */
  | { readonly to: "connect"; readonly address: string }
  /** Make an account. */
  | { readonly to: "register"; readonly address: string }
  /**
   * Have a password checked, even for an unknown account. From an unconfirmed address it is not counted for the
   * account: forged addresses could otherwise lock out its owner.
   */
  | {
    readonly to: "sign-in";
    readonly address: string;
    readonly account: string;
    readonly isUnconfirmed?: boolean;
    /** The account was signed in to from this address before: the limit per address does not apply. */
    readonly isHome?: boolean;
  };

/** The limits of a throttle. */
export interface Limits {
  /** Connections from one address. */
  readonly connections: readonly RateWindow[];
  /** Accounts made from one address. */
  readonly registrations: readonly RateWindow[];
  /** Wrong passwords from one address, for all accounts together. */
  readonly passwordsByAddress: readonly RateWindow[];
  /** Passwords tried from all unconfirmed addresses together, correct ones included. */
  readonly unconfirmedPasswords: readonly RateWindow[];
  /** Lines that one connection may send. */
  readonly messages: TokenBucketOptions;
  /** Bytes that one connection may send. */
  readonly bytes: TokenBucketOptions;
  /** Number of addresses, and of accounts, remembered at most. */
  readonly maxKeys: number;
  /** Monotonic clock for the limits per account, in milliseconds. */
  readonly steadyNow: () => number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The common key of all unconfirmed addresses. */
const UNCONFIRMED = "unconfirmed";

/** Enough for a group of twenty or more behind one address to connect, register and sign in at once. */
export const DEFAULT_LIMITS: Limits = {
  connections: [{ points: 60, seconds: 1 }, { points: 600, seconds: MINUTE }],
  registrations: [{ points: 30, seconds: MINUTE }, { points: 60, seconds: HOUR }],
  passwordsByAddress: [{ points: 60, seconds: MINUTE }, { points: 200, seconds: HOUR }],
  unconfirmedPasswords: [{ points: 20, seconds: MINUTE }, { points: 100, seconds: HOUR }],
  messages: { burst: 100, perSecond: 20 },
  bytes: { burst: 256 * 1024, perSecond: 64 * 1024 },
  maxKeys: 20_000,
  steadyNow: () => performance.now(),
};

/** Applies the rate limits. */
export interface Throttle extends Disposable {
  /** Counts an attempt; to be called before it is made. "limited": it must not be made now. */
  take(attempt: Attempt): Promise<Take>;
  /**
   * Takes back the count of an attempt allowed by {@linkcode Throttle.take} because it succeeded: the password was
   * right. (Connections and registrations stay counted.)
   */
  giveBack(attempt: Attempt): Promise<void>;
  /** Takes back the count of an attempt that was not made. */
  cancel(attempt: Attempt): Promise<void>;
  /** A new bucket for the messages of one connection. */
  messageBucket(): MessageBucket;
  /** A new budget for the bytes of one connection. */
  byteBudget(): ByteBudget;
}

/** The byte rate of one connection. */
export interface ByteBudget {
  /** Counts bytes received at `nowMs`. @returns how long to stop reading, in milliseconds. */
  spend(nowMs: number, bytes: number): number;
}

/** The line rate of one connection. */
export interface MessageBucket {
  /** Takes `tokens` (default 1) out of the bucket at the time `nowMs` of a monotonic clock. */
  take(nowMs: number, tokens?: number): Take;
}

/**
 * A throttle with its counts in memory. Disposing it stops its timers.
 *
 * @example The eleventh wrong password
 * ```ts
 * import assert from "node:assert/strict";
 * import { makeThrottle } from "./throttle.ts";
 * using throttle = makeThrottle();
 * const attempt = { to: "sign-in", address: "192.0.2.7", account: "amy" } as const;
 * for (let n = 1; n <= 10; n++) assert.equal((await throttle.take(attempt)).state, "ok");
 * assert.equal((await throttle.take(attempt)).state, "limited");
 * ```
 */
export function makeThrottle(limits: Partial<Limits> = {}): Throttle {
  return new MemoryThrottle({ ...DEFAULT_LIMITS, ...limits });
}

/** The throttle of `--limits off`: everything is allowed. */
export const NO_LIMITS: Throttle = Object.freeze({
  take: () => Promise.resolve(OK),
  giveBack: () => Promise.resolve(),
  cancel: () => Promise.resolve(),
  messageBucket: () => ({ take: () => OK }),
  byteBudget: () => ({ spend: () => 0 }),
  [Symbol.dispose]: () => {},
});

class MemoryThrottle implements Throttle {
  readonly #connections: KeyedLimiter;
  readonly #registrations: KeyedLimiter;
  readonly #passwordsByAddress: KeyedLimiter;
  readonly #unconfirmedPasswords: KeyedLimiter;
  readonly #passwords: PasswordThrottle;
  readonly #messages: TokenBucketOptions;
  readonly #bytes: TokenBucketOptions;
  readonly #resources = new DisposableStack();

  constructor(limits: Limits) {
    const limiter = (windows: readonly RateWindow[]) =>
      this.#resources.use(new KeyedLimiter(windows, limits.maxKeys));
    this.#connections = limiter(limits.connections);
    this.#registrations = limiter(limits.registrations);
    this.#passwordsByAddress = limiter(limits.passwordsByAddress);
    this.#unconfirmedPasswords = limiter(limits.unconfirmedPasswords);
    this.#passwords = new PasswordThrottle(limits);
    this.#messages = limits.messages;
    this.#bytes = limits.bytes;
  }

  async take(attempt: Attempt): Promise<Take> {
    const address = addressKey(attempt.address);
    if (attempt.to === "connect") return this.#connections.take(address);
    if (attempt.to === "register") return this.#registrations.take(address);
    if (attempt.isUnconfirmed) return this.#unconfirmedPasswords.take(UNCONFIRMED);
    const byAddress = attempt.isHome ? OK : await this.#passwordsByAddress.take(address);
    if (byAddress.state === "limited") return byAddress;
    const byAccount = this.#passwords.take(nameKey(attempt.account), address);
    if (byAccount.state === "limited" && !attempt.isHome) {
      await this.#passwordsByAddress.giveBack(address);
    }
    return byAccount;
  }

  async giveBack(attempt: Attempt): Promise<void> {
    if (attempt.to !== "sign-in" || attempt.isUnconfirmed) return;
    const address = addressKey(attempt.address);
    if (!attempt.isHome) await this.#passwordsByAddress.giveBack(address);
    this.#passwords.succeeded(nameKey(attempt.account), address);
  }

  async cancel(attempt: Attempt): Promise<void> {
    const address = addressKey(attempt.address);
    if (attempt.to === "connect") return this.#connections.giveBack(address);
    if (attempt.to === "register") return this.#registrations.giveBack(address);
    if (attempt.isUnconfirmed) return this.#unconfirmedPasswords.giveBack(UNCONFIRMED);
    if (!attempt.isHome) await this.#passwordsByAddress.giveBack(address);
    this.#passwords.cancel(nameKey(attempt.account), address);
  }

  messageBucket(): MessageBucket {
    return new TokenBucket(this.#messages);
  }

  byteBudget(): ByteBudget {
    return new TokenBucket(this.#bytes);
  }

  [Symbol.dispose](): void {
    this.#resources.dispose();
  }
}

/** Cuts names that are too long to exist, to bound the length of keys. */
function nameKey(account: string): string {
  return foldName(account.slice(0, MAX_NICK_BYTES + 1));
}
