/** What became of what somebody wanted of an account, whatever door they came by. @module */
import type { Verifier } from "../identity/verifier.ts";

/** Why somebody is not signed in. A wrong name and a wrong password are one answer. */
export type SignInRefusal =
  | { readonly state: "wrong" }
  /** The password was right. `why` is `describeBan()`'s. */
  | { readonly state: "banned"; readonly why: string }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" }
  /** The password was right. */
  | { readonly state: "too-many-sessions"; readonly most: number };

/** The database does not take it now: a full disk, or one that cannot be written to. The log says which. */
export interface NotStored {
  readonly state: "not-stored";
}

/** {@linkcode NotStored}, for a person. */
export const NOT_STORED = "Server cannot store accounts now: try again later";

/** What became of a sign-in. */
export type SignInOutcome =
  /** `verifier` is what the password was checked against: who acts on it later asks `Accounts.admit()` first. */
  | { readonly state: "ok"; readonly account: string; readonly verifier: Verifier }
  | SignInRefusal;

/** What became of an account that was to be dropped. */
export type DropOutcome =
  | { readonly state: "ok"; readonly account: string }
  | SignInRefusal
  | NotStored;

/** What became of a new password. */
export type ChangeOutcome =
  | DropOutcome
  | { readonly state: "weak-password"; readonly reason: string };

/** What became of a registration. */
export type RegisterOutcome =
  | { readonly state: "ok"; readonly account: string }
  /** "in-use": by a guest. */
  | { readonly state: "bad-name" | "reserved" | "taken" | "lookalike" | "in-use" }
  | { readonly state: "weak-password"; readonly reason: string }
  | { readonly state: "banned"; readonly why: string }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" }
  | NotStored;
