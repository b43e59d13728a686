/**
 * One-time tickets: the holder may send one hello, within 30 seconds, with one certificate.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { newSecret } from "./note.ts";

/** How long a ticket is valid. Dialing, being dialed and the relay together take less. */
export const TICKET_MS = 30_000;
/** Most valid tickets at once; the oldest is withdrawn for a new one. */
const MAX_TICKETS = 2_048;

/** Issues tickets and accepts each once. `T` is the type of what a ticket is bound to. */
export class Tickets<T> {
  readonly #clock: Clock;
  readonly #out = new Map<string, { readonly bound: T; readonly endsMs: number }>();

  /** Has no tickets yet; `clock` measures their age. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a ticket: 32 random bytes, base64url. */
  issue(bound: T): string {
    this.#forgetOld();
    const ticket = newSecret();
    this.#out.set(ticket, { bound, endsMs: this.#clock.now() + TICKET_MS });
    return ticket;
  }

  /** Accepts a ticket. Returns what it is bound to; undefined if it is unknown, used, withdrawn or expired. */
  take(ticket: string): T | undefined {
    const found = this.#out.get(ticket);
    this.#out.delete(ticket);
    return found !== undefined && this.#clock.now() < found.endsMs ? found.bound : undefined;
  }

  /** Invalidates a ticket. */
  withdraw(ticket: string): void {
    this.#out.delete(ticket);
  }

  /** Removes expired tickets. All are valid equally long, so the first are the oldest. */
  #forgetOld(): void {
    for (const [ticket, { endsMs }] of this.#out) {
      if (endsMs > this.#clock.now() && this.#out.size < MAX_TICKETS) return;
      this.#out.delete(ticket);
    }
  }
}
