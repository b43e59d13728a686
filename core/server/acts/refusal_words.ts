/** Texts for refusals of acts, for doors without texts of their own. @module */
import type { NotStored, RegisterRefusal, SignInRefusal } from "../common/outcomes.ts";

/** Why a line with a password is not sent to others. */
export const HAS_PASSWORD = "Not sent: it has a password in it";

/** Why an act on an account is refused. */
export type AccountRefusal = SignInRefusal | RegisterRefusal | NotStored;

/** The reason as one sentence, without a full stop. */
export function accountRefusalText(refusal: AccountRefusal): string {
  switch (refusal.state) {
    case "wrong":
      return "Wrong name or password";
    case "banned":
      return `You are ${refusal.why}`;
    case "limited":
      return `Too many attempts: wait ${Math.ceil(refusal.retryMs / 1000)} seconds`;
    case "busy":
      return "Server is busy: try again";
    case "too-many-sessions":
      return `Account has ${refusal.most} sessions already: end one of them`;
    case "taken":
      return "Account exists already";
    case "lookalike":
      return "Name looks like that of another account";
    case "in-use":
      return "Name is in use by a guest, or looks like one that is";
    case "bad-name":
      return "Names are 2 to 20 of A-Z a-z 0-9 _ - [ ] \\ ^ { } | `";
    case "reserved":
      return "Name is reserved";
    case "weak-password":
      return `Cannot take that password: ${refusal.reason}`;
    case "not-stored":
      return "Server cannot store accounts now: try again later";
  }
}
