/** Errors of certificates, keys and trust files. @module */
import { messageWithoutPath } from "../ground/regular_file.ts";

/**
 * Why a file of this folder could not be used:
 *
 * - `missing`: there is no such file
 * - `incomplete`: only one of key and certificate exists
 * - `unreadable`, `unwritable`: refused by the system; `cause` says why
 * - `exists`: it would have to be overwritten
 * - `bad-pem`: its content is missing, truncated or damaged
 * - `encrypted`: the private key has a passphrase
 * - `unsupported-key`: a kind of key that TLS here cannot use
 * - `key-mismatch`: the private key belongs to another certificate
 * - `bad-chain`: the certificates are not in order, each issued by the next
 * - `expired`, `not-yet-valid`: the certificate is not valid now
 */
export type IdentityFault =
  | "missing"
  | "incomplete"
  | "unreadable"
  | "unwritable"
  | "exists"
  | "bad-pem"
  | "encrypted"
  | "unsupported-key"
  | "key-mismatch"
  | "bad-chain"
  | "expired"
  | "not-yet-valid";

/** A certificate, key or trust file cannot be used. The message names the file. */
export class IdentityError extends Error {
  /** The class's name. */
  override readonly name = "IdentityError";
  /** The message says what could not be done with which file, and why. */
  constructor(
    /** What is wrong. */
    readonly fault: IdentityFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Converts a system error of reading or writing `path` to an {@linkcode IdentityError}. */
export function fileFault(doing: "read" | "write", path: string, cause: unknown): IdentityError {
  if (cause instanceof IdentityError) return cause;
  if (doing === "read" && cause instanceof Deno.errors.NotFound) {
    return new IdentityError("missing", `Cannot read ${path}: there is no such file`, { cause });
  }
  const why = messageWithoutPath(cause);
  const fault = doing === "read" ? "unreadable" : "unwritable";
  return new IdentityError(fault, `Cannot ${doing} ${path}: ${why}`, { cause });
}
