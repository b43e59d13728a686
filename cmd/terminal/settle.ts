/** Waits for transfers at the end of the input. @module */
import type { ChatClient, ListedOffer } from "../../core/client/mod.ts";
import { systemClock } from "../../core/ground/clock.ts";
import { aborted } from "./interruption.ts";

/** Answers that come sooner are not worth a notice. */
const TELL_AFTER_MS = 1_000;
/** Most names shown of one person's offers. */
const SHOWN_NAMES = 5;

/** Options for {@linkcode settleTransfers}. */
export interface SettleTransfersOptions {
  readonly signal: AbortSignal;
  notice(text: string): void;
}

/** Waits for running transfers and for answers to our offers; shows a notice if that takes a while. */
export async function settleTransfers(
  client: Pick<ChatClient, "offers" | "transfersSettled">,
  { signal, notice }: SettleTransfersOptions,
): Promise<void> {
  const done = new AbortController();
  const stop = AbortSignal.any([signal, done.signal]);
  const settled = client.transfersSettled();
  const telling = systemClock.sleep(TELL_AFTER_MS, stop).then(() => {
    for (const text of unansweredTexts(client.offers.list())) notice(text);
  }, () => {}); // there is nothing to tell any more
  await Promise.race([settled, aborted(signal)]);
  done.abort();
  await telling;
}

/** A line for each person who has not answered yet. */
export function unansweredTexts(
  open: readonly {
    readonly offer: Pick<ListedOffer, "direction" | "to" | "names">;
    state: string;
  }[],
): string[] {
  const names = new Map<string, string[]>();
  for (const { offer: { direction, to, names: more }, state } of open) {
    if (direction === "in" || state !== "waiting") continue;
    names.set(to, [...names.get(to) ?? [], ...more]);
  }
  return [...names].map(([to, all]) => {
    const shown = all.slice(0, SHOWN_NAMES).join(", ") + (all.length > SHOWN_NAMES ? ", ..." : "");
    return `Waiting for ${to} to answer: ${shown} (5 min at most, Ctrl-C ends it)`;
  });
}
