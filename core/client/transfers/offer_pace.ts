/**
 * Limits how fast one person's offers are reported, so that a loop of offers does not flood the screen.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { LruMap } from "../../ground/lru_map.ts";
import { foldName } from "../../ground/names.ts";
import { takeToken, TokenBucket, type TokenBucketOptions } from "../../net/token_bucket.ts";

/** Enough for a script that sends many files one by one; further offers wait. */
export const OFFER_RATE: TokenBucketOptions = { burst: 100, perSecond: 5 };
/** Number of people remembered. */
const MAX_PEOPLE = 1_000;

/** One bucket for each person. */
export class OfferPace {
  readonly #clock: Clock;
  readonly #buckets = new LruMap<string, TokenBucket>(MAX_PEOPLE);

  /** Starts with full buckets. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits until an offer of that person may be reported. @throws {Error} `signal.reason` when aborted first. */
  async wait(account: string, signal: AbortSignal): Promise<void> {
    const name = foldName(account);
    const bucket = this.#buckets.get(name) ?? new TokenBucket(OFFER_RATE);
    this.#buckets.remember(name, bucket);
    await takeToken(bucket, this.#clock, signal);
  }
}
