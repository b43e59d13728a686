/**
 * Transports events from the hub that decided them to every hub that applies them.
 *
 * @module
 */
import type { HubEvent } from "./events.ts";

/** Delivers events to all hubs that share a state, in one order. */
export interface Bus {
  /** Publishes an event. The publisher's own hub has applied it when this returns. */
  publish(event: HubEvent): void;
  /** Calls `receive` with each event from now on. */
  subscribe(receive: (event: HubEvent) => void): void;
}

/**
 * A bus within one process: subscribers have received an event when `publish()` returns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LocalBus } from "./bus.ts";
 * const bus = new LocalBus();
 * const kinds: string[] = [];
 * bus.subscribe(({ kind }) => kinds.push(kind));
 * bus.publish({ kind: "disowned", time: 0, room: { kind: "room", name: "#tea", life: 1 } });
 * assert.deepEqual(kinds, ["disowned"]);
 * ```
 */
export class LocalBus implements Bus {
  readonly #subscribers: ((event: HubEvent) => void)[] = [];

  publish(event: HubEvent): void {
    for (const receive of this.#subscribers) receive(event);
  }

  subscribe(receive: (event: HubEvent) => void): void {
    this.#subscribers.push(receive);
  }
}
