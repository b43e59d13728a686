/**
 * The end of a session: waiting for what is under way, and not for ever for answers.
 *
 * @module
 */
import type { Clock } from "../ground/clock.ts";
import type { OpenOffer } from "./offers.ts";

/** How long an offer of ours that nobody answers is waited for at the end of a session. */
const ANSWER_WAIT_MS = 5 * 60_000;

type Works = readonly Promise<unknown>[];

/**
 * Waits until `underWay` finds nothing any more.
 *
 * @param underWay What is worth waiting for, with or without offers that nobody has answered.
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

/** Whether an offer is worth waiting for: it is under way, or it is for others to answer. */
export function isAwaited(
  { state, offer }: Pick<OpenOffer, "state" | "offer">,
  withUnanswered: boolean,
): boolean {
  return state !== "waiting" || (offer.direction === "out" && withUnanswered);
}
