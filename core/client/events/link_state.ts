/**
 * The state of the connection to the server, as one value and one pure step function.
 *
 * ```text
 * dialing -> registering -> open -> waiting -> dialing ...      any -> closed
 * ```
 *
 * @module
 */
import type { LossReason } from "./problems.ts";

/** The first pause after a lost connection, in milliseconds, before jitter. */
const FIRST_PAUSE_MS = 1_000;
/** The longest pause. */
export const LONGEST_PAUSE_MS = 30_000;
/** A connection that did not last this long counts as another failed attempt. */
export const STEADY_AFTER_MS = 5_000;

/** State of the connection. `attempt` counts consecutive failures. */
export type Link =
  | { readonly at: "dialing"; readonly attempt: number; readonly first: boolean }
  | { readonly at: "registering"; readonly attempt: number; readonly first: boolean }
  | { readonly at: "open"; readonly attempt: number; readonly sinceMs: number }
  | {
    readonly at: "waiting";
    readonly attempt: number;
    readonly delayMs: number;
    readonly reason: LossReason;
  }
  | { readonly at: "closed"; readonly reason: LossReason };

/** What happens to a link. */
export type LinkInput =
  | { readonly kind: "dialed" }
  | { readonly kind: "registered"; readonly nowMs: number }
  /** `jitter` is a random number from 0 to 1. */
  | {
    readonly kind: "lost";
    readonly reason: LossReason;
    readonly nowMs: number;
    readonly jitter: number;
  }
  | { readonly kind: "due" }
  /** The client is closed, or further attempts are useless. */
  | { readonly kind: "stop"; readonly reason: LossReason };

/** The initial state. */
export const FIRST_LINK: Link = { at: "dialing", attempt: 0, first: true };

/**
 * The next state. An input that does not apply to a state is ignored; nothing leaves "closed".
 *
 * @example A first attempt that fails is final; a connection that was open is tried again
 * ```ts
 * import assert from "node:assert/strict";
 * import { FIRST_LINK, stepLink } from "./link_state.ts";
 * const lost = { kind: "lost", reason: { kind: "hung-up" }, nowMs: 0, jitter: 1 } as const;
 * assert.equal(stepLink(FIRST_LINK, lost).at, "closed");
 * assert.equal(stepLink({ at: "open", attempt: 0, sinceMs: 0 }, lost).at, "waiting");
 * ```
 */
export function stepLink(link: Link, input: LinkInput): Link {
  if (link.at === "closed") return link;
  switch (input.kind) {
    case "stop":
      return { at: "closed", reason: input.reason };
    case "dialed":
      return link.at === "dialing" ? { ...link, at: "registering" } : link;
    case "registered":
      return link.at === "registering"
        ? { at: "open", attempt: link.attempt, sinceMs: input.nowMs }
        : link;
    case "due":
      return link.at === "waiting" ? { at: "dialing", attempt: link.attempt, first: false } : link;
    case "lost":
      return lose(link, input);
  }
}

/** The pause before attempt number `attempt` (from 1); half of it is random. */
export function pauseMs(attempt: number, jitter: number): number {
  const full = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return Math.round(full * (0.5 + jitter / 2));
}

function lose(
  link: Exclude<Link, { at: "closed" }>,
  { reason, nowMs, jitter }: Extract<LinkInput, { kind: "lost" }>,
): Link {
  if (link.at === "waiting") return link;
  if (link.at !== "open" && link.first) return { at: "closed", reason };
  const steady = link.at === "open" && nowMs - link.sinceMs >= STEADY_AFTER_MS;
  const attempt = steady ? 1 : link.attempt + 1;
  return { at: "waiting", attempt, delayMs: pauseMs(attempt, jitter), reason };
}
