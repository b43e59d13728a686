/** What became of what somebody wanted of an account, whatever door they came by. @module */

/** What became of a sign-in. A wrong name and a wrong password are one answer. */
export type SignInOutcome =
  | { readonly state: "ok"; readonly account: string }
  | { readonly state: "wrong" }
  /** The password was right. `why` is `describeBan()`'s. */
  | { readonly state: "banned"; readonly why: string }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" };

/** What became of a registration. */
export type RegisterOutcome =
  | { readonly state: "ok"; readonly account: string }
  | { readonly state: "bad-name" | "taken" | "lookalike" }
  | { readonly state: "weak-password"; readonly reason: string }
  | { readonly state: "banned"; readonly why: string }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" };

/** What became of a new password. */
export type ChangeOutcome =
  | SignInOutcome
  | { readonly state: "weak-password"; readonly reason: string };
