/** What peer links have to tell the person in front of them. @module */
import type { ProtocolFault } from "./errors.ts";

/** Something a person should know, or a log. */
export type PeerNotice =
  /** An account was seen for the first time; its key is trusted from now on. */
  | { readonly kind: "pinned"; readonly account: string; readonly pin: string }
  /** An account came with another key than the pinned one. Nothing was opened. */
  | {
    readonly kind: "refused-changed-key";
    readonly account: string;
    /** The key it came with. */
    readonly pin: string;
    /** The key that is trusted; undefined when the file of pins is damaged there. */
    readonly pinned: string | undefined;
  }
  /** A note of that account made no sense and was dropped. */
  | { readonly kind: "bad-note"; readonly account: string; readonly fault: ProtocolFault }
  /** This client cannot be dialed, only dial. */
  | { readonly kind: "cannot-listen"; readonly reason: string };

/** The beginning of a pin, for messages: 16 of 64 hex digits. */
export function formatPin(pin: string): string {
  return `${pin.slice(0, 16)}...`;
}
