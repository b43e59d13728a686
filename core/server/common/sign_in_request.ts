/** Requests to sign in and to register. @module */

/** A request to sign in. */
export interface SignInRequest {
  readonly name: string;
  readonly password: string;
  /** The client's address. */
  readonly address: string;
  /** Whether the address may be forged. */
  readonly isUnconfirmed?: boolean;
  /** Aborted when the client has disconnected. */
  readonly signal?: AbortSignal;
}

/** A request to register an account. */
export interface RegisterRequest extends SignInRequest {
  /** Whether no guest has the name, or one that looks like it. */
  readonly isFree?: (name: string) => boolean;
}
