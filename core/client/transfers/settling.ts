/**
 * The end of a session: waits for running transfers, and for a limited time for answers.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { OpenOffer } from "./offers.ts";

/** How long the end of a session waits for the answer to an offer of ours. */
const ANSWER_WAIT_MS = 5 * 60_000;

type Works = readonly Promise<unknown>[];

/**
 * Waits until `underWay` returns nothing.
 *
 * @param underWay The work to wait for, with or without unanswered offers.
 */
export async function settlePendingWork(
  clock: Clock,
  underWay: (withUnanswered: boolean) => Works | Promise<Works>,
): Promise<void> {
  const done = new AbortController();
  let isTooLong = false;
  const tooLong = clock.sleep(ANSWER_WAIT_MS, done.signal)
    .then(() => isTooLong = true, () => {}); // all were answered
  for (;;) {
    const works = await underWay(!isTooLong);
    if (works.length === 0) break;
    await Promise.race(isTooLong ? works : [tooLong, ...works]);
  }
  done.abort();
  await tooLong;
}

/** Whether to wait for an offer: it is running, or waits for the answer of others. */
export function isAwaited(
  { state, offer }: Pick<OpenOffer, "state" | "offer">,
  withUnanswered: boolean,
): boolean {
  return state !== "waiting" || (offer.direction === "out" && withUnanswered);
}
