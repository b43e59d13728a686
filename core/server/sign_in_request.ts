/** What somebody claims who wants to sign in, or to have an account. @module */

/** Somebody's claim to an account. */
export interface SignInRequest {
  readonly name: string;
  readonly password: string;
  /** Where they are. */
  readonly address: string;
  /** Whether the address may be forged. */
  readonly isUnconfirmed?: boolean;
  /** Aborted when nobody waits for the outcome any more. */
  readonly signal?: AbortSignal;
}

/** Somebody's wish for an account. */
export interface RegisterRequest extends SignInRequest {
  /** Whether nobody else has the name, or one that looks like it, without an account. */
  readonly isFree?: (name: string) => boolean;
}
