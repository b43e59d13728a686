/**
 * Combines the errors of a call's attempts into one.
 *
 * @module
 */
import { PeerError, ProtocolError } from "../links/errors.ts";

/** Throws an error after which no other attempt makes sense: the right client has answered, and refused. */
export function throwIfFinal(error: unknown): void {
  if (isFinal(error)) throw error;
}

function isFinal(error: unknown): boolean {
  return error instanceof PeerError || (error instanceof ProtocolError && error.fault !== "cut");
}

/** The error of a call whose attempts have all failed: the most specific one. */
export function toCallError(account: string, cause: unknown): PeerError {
  const errors: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const final = errors.find(isFinal);
  if (final instanceof PeerError) return final;
  if (final instanceof ProtocolError) {
    const { message } = final;
    return new PeerError({ kind: "protocol", account, message }, { cause: final });
  }
  return new PeerError({ kind: "unreachable", account }, { cause });
}
