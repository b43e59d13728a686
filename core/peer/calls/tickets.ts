/**
 * One-time tickets: who holds one may say hello once, within 30 seconds, with one certificate.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { newSecret } from "./note.ts";

/** How long a ticket is good for. Dialing, dialing back and the relay together take less. */
export const TICKET_MS = 30_000;
/** Most tickets out at once; the oldest is withdrawn for a new one. */
const MAX_TICKETS = 2_048;

/** Gives out tickets and takes each back once. What a ticket is bound to is of type `T`. */
export class Tickets<T> {
  readonly #clock: Clock;
  readonly #out = new Map<string, { readonly bound: T; readonly endsMs: number }>();

  /** No ticket is out yet; `clock` measures their age. */
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

  /** What the ticket is bound to; undefined when it is unknown, used, withdrawn or too old. */
  take(ticket: string): T | undefined {
    const found = this.#out.get(ticket);
    this.#out.delete(ticket);
    return found !== undefined && this.#clock.now() < found.endsMs ? found.bound : undefined;
  }

  /** Makes a ticket worthless. */
  withdraw(ticket: string): void {
    this.#out.delete(ticket);
  }

  /** Tickets all live equally long, so those in front are the oldest. */
  #forgetOld(): void {
    for (const [ticket, { endsMs }] of this.#out) {
      if (endsMs > this.#clock.now() && this.#out.size < MAX_TICKETS) return;
      this.#out.delete(ticket);
    }
  }
}
