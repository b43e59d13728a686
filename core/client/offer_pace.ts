/**
 * How fast one person's offers are told: who offers and takes back in a loop fills no screen.
 *
 * @module
 */
import type { Clock } from "../ground/clock.ts";
import { foldName } from "../ground/names.ts";
import { LruMap } from "../ground/lru_map.ts";
import { takeToken, TokenBucket, type TokenBucketOptions } from "../net/token_bucket.ts";

/** What a script that sends many files one by one gets through; what goes beyond waits. */
export const OFFER_RATE: TokenBucketOptions = { burst: 100, perSecond: 5 };
/** Of how many people that is kept. */
const MAX_PEOPLE = 1_000;

/** One bucket for each person. */
export class OfferPace {
  readonly #clock: Clock;
  readonly #buckets = new LruMap<string, TokenBucket>(MAX_PEOPLE);

  /** Nobody has offered anything. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits until an offer of that person may be told. @throws {Error} `signal.reason` when that comes first. */
  async wait(account: string, signal: AbortSignal): Promise<void> {
    const name = foldName(account);
    const bucket = this.#buckets.get(name) ?? new TokenBucket(OFFER_RATE);
    this.#buckets.remember(name, bucket);
    await takeToken(bucket, this.#clock, signal);
  }
}
