/**
 * What the server's answers mean, in words for the people at the PTCHAT door.
 *
 * @module
 */
import { NOT_STORED, type RegisterOutcome, type SignInRefusal } from "../outcomes.ts";

/** Why somebody was not signed in, or not registered. */
export function explainRefusal(
  outcome: SignInRefusal | Exclude<RegisterOutcome, { state: "ok" }>,
): string {
  switch (outcome.state) {
    case "wrong":
      return "Wrong name or password.";
    case "banned":
      return `You are ${outcome.why}.`;
    case "limited":
      return `Too many attempts: wait ${Math.ceil(outcome.retryMs / 1000)} seconds.`;
    case "busy":
      return "The server is busy: try again.";
    case "too-many-sessions":
      return `That account has ${outcome.most} sessions already: end one of them.`;
    case "taken":
      return "That account exists already.";
    case "lookalike":
      return "That name looks like another account's.";
    case "in-use":
      return "That name is in use by a guest, or looks like one that is.";
    case "bad-name":
      return "Names are 2 to 20 of A-Z a-z 0-9 _ - [ ] \\ ^ { } | `.";
    case "not-stored":
      return `${NOT_STORED}.`;
    case "reserved":
      return "That name is reserved: choose another one.";
    case "weak-password":
      return `Cannot take that password: ${outcome.reason}.`;
  }
}
