/** Outcomes of sign-ins, registrations and changes of accounts, the same for every door. @module */
import type { Verifier } from "../../identity/verifier.ts";

/** Why a sign-in is refused. A wrong name and a wrong password are one answer. */
export type SignInRefusal =
  | { readonly state: "wrong" }
  /** The password was right. `why` comes from `describeBan()`. */
  | { readonly state: "banned"; readonly why: string }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" }
  /** The password was right. */
  | { readonly state: "too-many-sessions"; readonly most: number };

/** The database cannot store it now: the disk is full or read-only. The log has the reason. */
export interface NotStored {
  readonly state: "not-stored";
}

/** Result of a password check. */
export type CheckedSignIn =
  /** `verifier` is what the password was checked against; call `Accounts.admitSession()` before acting on it later. */
  | { readonly state: "ok"; readonly account: string; readonly verifier: Verifier }
  | SignInRefusal;

/** A password that is too easy to guess, or cannot be one. */
export interface WeakPassword {
  readonly state: "weak-password";
  readonly reason: string;
}

/** Why an account is neither changed nor deleted. */
export type ChangeRefusal = SignInRefusal | WeakPassword | NotStored;

/** Outcome of changing a password, or of deleting an account. */
export type ChangeOutcome = { readonly state: "ok"; readonly account: string } | ChangeRefusal;

/** Why an account is not made. */
export type RegisterRefusal =
  /** "in-use": by a guest. */
  | { readonly state: "bad-name" | "reserved" | "taken" | "lookalike" | "in-use" }
  | WeakPassword
  | Extract<SignInRefusal, { state: "banned" | "limited" | "busy" }>
  | NotStored;

/** Outcome of a registration. */
export type RegisterOutcome = { readonly state: "ok"; readonly account: string } | RegisterRefusal;
