/**
 * The deadlines of one session: for registering, for signing in, for activity. Pure: the caller passes the time.
 *
 * @module
 */
import type { Deadlines } from "../../../acts/context.ts";

/** Facts that determine the deadlines of a session. */
export interface SessionStanding {
  /** Whether it is not registered yet. */
  readonly isRegistering: boolean;
  /** Whether it is neither signed in nor a guest who may stay. */
  readonly isStranger: boolean;
}

/** What to do now: nothing, send a ping, or close. */
export type IdleVerdict =
  | { readonly kind: "fine" | "ping" }
  | { readonly kind: "over"; readonly reason: string };

const FINE: IdleVerdict = Object.freeze({ kind: "fine" });

/** Watches the deadlines of one session. Times are milliseconds of a steady clock. */
export class IdleWatch {
  #openedAt: number;
  #lastHeardAt: number;
  #strangerSince: number | undefined;
  #pinged = false;
  #pausedAt: number | undefined;

  constructor(now: number) {
    this.#openedAt = this.#lastHeardAt = this.#strangerSince = now;
  }

  /** The client has sent something. */
  heard(now: number): void {
    this.#lastHeardAt = now;
    this.#pinged = false;
  }

  /** The session waits for a slow operation of the server. */
  pause(now: number): void {
    this.#pausedAt = now;
  }

  /** The session continues. Deadlines do not include the time it has waited. */
  resume(now: number): void {
    const ms = now - (this.#pausedAt ?? now);
    this.#pausedAt = undefined;
    this.#openedAt += ms;
    this.#lastHeardAt += ms;
    if (this.#strangerSince !== undefined) this.#strangerSince += ms;
  }

  /** Whether the session waits for the server, so that nothing is due. */
  get isPaused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /** What is due by these deadlines. Returns `ping` once for each silence. */
  check(
    now: number,
    { isRegistering, isStranger }: SessionStanding,
    deadlines: Deadlines,
  ): IdleVerdict {
    if (this.isPaused) return FINE;
    const { registrationMs, signInMs, pingAfterMs, deadAfterMs } = deadlines;
    const silentMs = now - this.#lastHeardAt;
    this.#strangerSince = isStranger ? this.#strangerSince ?? now : undefined;
    if (isRegistering) {
      return now - this.#openedAt > registrationMs ? over("Registration timed out") : FINE;
    }
    if (this.#strangerSince !== undefined && now - this.#strangerSince > signInMs) {
      return over("Sign-in timed out");
    }
    if (silentMs > deadAfterMs) return over(`Ping timeout: ${Math.round(silentMs / 1000)} seconds`);
    if (silentMs <= pingAfterMs || this.#pinged) return FINE;
    this.#pinged = true;
    return { kind: "ping" };
  }
}

function over(reason: string): IdleVerdict {
  return { kind: "over", reason };
}
