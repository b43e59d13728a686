/**
 * How sending to one reader goes, as a value and a pure step: whether the sender waits for it to read, and whether it
 * does.
 *
 * ```text
 * flowing <-> waiting      any -> over
 * ```
 *
 * @module
 */

/** Where sending to one reader stands. */
export type Delivery =
  | { readonly at: "flowing" }
  /** No more is sent before the reader has read; `seen` is what the last look found. */
  | { readonly at: "waiting"; readonly seen: WriteCount | undefined }
  /** Nothing more is sent: the connection ends, or something did not fit. */
  | { readonly at: "over" };

/** How many writes have gone out, and since when it is that many, by a steady clock. */
export interface WriteCount {
  readonly writes: number;
  readonly sinceMs: number;
}

/** What happens to a {@linkcode Delivery}. */
export type DeliveryInput =
  /** From now on the sender waits for the reader. */
  | { readonly kind: "wait" }
  /** The reader has read enough. */
  | { readonly kind: "read" }
  /** A look at the reader, now and then: as long as the count of writes grows, it reads. */
  | { readonly kind: "look"; readonly writes: number; readonly nowMs: number }
  /** Nothing more is to be sent. */
  | { readonly kind: "stop" };

/** The delivery to a new reader. */
export const FLOWING: Delivery = Object.freeze({ at: "flowing" });

const UNSEEN: Delivery = Object.freeze({ at: "waiting", seen: undefined });
const OVER: Delivery = Object.freeze({ at: "over" });

/** The next state. An input that makes no sense in a state changes nothing; nothing leaves "over". */
export function stepDelivery(delivery: Delivery, input: DeliveryInput): Delivery {
  if (delivery.at === "over") return delivery;
  switch (input.kind) {
    case "wait":
      return delivery.at === "waiting" ? delivery : UNSEEN;
    case "read":
      return FLOWING;
    case "stop":
      return OVER;
    case "look":
      return delivery.at === "waiting" ? look(delivery, input) : delivery;
  }
}

/**
 * Whether the sender waits for a reader that has read nothing for longer than `withinMs`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FLOWING, isStalled, stepDelivery } from "./delivery.ts";
 * const waiting = stepDelivery(FLOWING, { kind: "wait" });
 * const looked = stepDelivery(waiting, { kind: "look", writes: 3, nowMs: 0 });
 * const again = stepDelivery(looked, { kind: "look", writes: 3, nowMs: 9_000 });
 * assert(isStalled(again, { nowMs: 9_000, withinMs: 5_000 }));
 * const read = stepDelivery(looked, { kind: "look", writes: 4, nowMs: 9_000 });
 * assert(!isStalled(read, { nowMs: 9_000, withinMs: 5_000 }));
 * ```
 */
export function isStalled(
  delivery: Delivery,
  { nowMs, withinMs }: { readonly nowMs: number; readonly withinMs: number },
): boolean {
  return delivery.at === "waiting" && delivery.seen !== undefined &&
    nowMs - delivery.seen.sinceMs > withinMs;
}

function look(
  delivery: Extract<Delivery, { at: "waiting" }>,
  { writes, nowMs }: Extract<DeliveryInput, { kind: "look" }>,
): Delivery {
  return delivery.seen?.writes === writes
    ? delivery
    : { at: "waiting", seen: { writes, sinceMs: nowMs } };
}
