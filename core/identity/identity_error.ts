/** What can be wrong with a certificate, a key, or a file that keeps trust. @module */

/**
 * Why a file of this folder could not be used:
 *
 * - `missing`: there is no such file
 * - `incomplete`: of a key and its certificate only one is there
 * - `unreadable`, `unwritable`: the system refuses; `cause` says why
 * - `exists`: it would have to be overwritten
 * - `bad-pem`: it does not hold what it should, or holds it cut short
 * - `encrypted`: the private key asks for a passphrase
 * - `unsupported-key`: a kind of key that TLS here cannot use
 * - `key-mismatch`: the private key belongs to another certificate
 * - `bad-chain`: the certificates are not in order, each issued by the next
 * - `expired`, `not-yet-valid`: the certificate's time is over, or has not come
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
  /** For `error.name`, as everywhere. */
  override readonly name = "IdentityError";
  /** The message says what could not be done with which file, and why. */
  constructor(
    /** What is wrong, for a program. */
    readonly fault: IdentityFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The {@linkcode IdentityError} for what the system said when `path` was read or written. */
export function fileFault(doing: "read" | "write", path: string, cause: unknown): IdentityError {
  if (cause instanceof IdentityError) return cause;
  if (doing === "read" && cause instanceof Deno.errors.NotFound) {
    return new IdentityError("missing", `Cannot read ${path}: there is no such file`, { cause });
  }
  const why = cause instanceof Error ? cause.message.replace(/: \w+ '.*'$/, "") : String(cause);
  const fault = doing === "read" ? "unreadable" : "unwritable";
  return new IdentityError(fault, `Cannot ${doing} ${path}: ${why}`, { cause });
}
