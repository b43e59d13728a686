/** What became of what somebody wanted of an account, whatever door they came by. @module */
import type { Verifier } from "../identity/verifier.ts";

/** Why somebody is not signed in. A wrong name and a wrong password are one answer. */
export type SignInRefusal =
  | { readonly state: "wrong" }
  /** The password was right. `why` is `describeBan()`'s. */
  | { readonly state: "banned"; readonly why: string }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" };

/** What became of a sign-in. */
export type SignInOutcome =
  /** `verifier` is what the password was checked against: who acts on it later asks `Accounts.admit()` first. */
  | { readonly state: "ok"; readonly account: string; readonly verifier: Verifier }
  | SignInRefusal;

/** What became of an account that was to be dropped. */
export type DropOutcome = { readonly state: "ok"; readonly account: string } | SignInRefusal;

/** What became of a new password. */
export type ChangeOutcome =
  | DropOutcome
  | { readonly state: "weak-password"; readonly reason: string };

/** What became of a registration. */
export type RegisterOutcome =
  | { readonly state: "ok"; readonly account: string }
  /** "in-use": by a guest. */
  | { readonly state: "bad-name" | "taken" | "lookalike" | "in-use" }
  | { readonly state: "weak-password"; readonly reason: string }
  | { readonly state: "banned"; readonly why: string }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" };
