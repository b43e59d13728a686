/**
 * The state of sending to one reader, as a value and a pure step: whether the sender waits for it to read, and whether it
 * does.
 *
 * ```text
 * flowing <-> waiting      any -> over
 * ```
 *
 * @module
 */

/** The state of sending to one reader. */
export type Delivery =
  | { readonly at: "flowing" }
  /** Nothing more is sent before the reader has read; `seen` is the result of the last check. */
  | { readonly at: "waiting"; readonly seen: WriteCount | undefined }
  /** Nothing more is sent: the connection is closing, or something did not fit. */
  | { readonly at: "over" };

/** Number of completed writes, and since when it has not changed, by a monotonic clock. */
export interface WriteCount {
  readonly writes: number;
  readonly sinceMs: number;
}

/** An input of {@linkcode stepDelivery}. */
export type DeliveryInput =
  /** From now on the sender waits for the reader. */
  | { readonly kind: "wait" }
  /** The reader has read enough. */
  | { readonly kind: "read" }
  /** A periodic check: while the count of writes grows, the reader reads. */
  | { readonly kind: "look"; readonly writes: number; readonly nowMs: number }
  /** Nothing more is to be sent. */
  | { readonly kind: "stop" };

/** The delivery to a new reader. */
export const FLOWING: Delivery = Object.freeze({ at: "flowing" });

const UNSEEN: Delivery = Object.freeze({ at: "waiting", seen: undefined });
const OVER: Delivery = Object.freeze({ at: "over" });

/** The next state. An input that does not apply to a state is ignored; nothing leaves "over". */
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
 * Whether the sender is waiting for a reader that has read nothing for longer than `withinMs`.
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
