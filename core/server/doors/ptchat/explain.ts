/**
 * Refusals of acts, in words for the people at the PTCHAT door.
 *
 * @module
 */
import type { NickFault } from "../../accounts/names.ts";
import { type AccountRefusal, accountRefusalText } from "../../acts/refusal_words.ts";

/** Why somebody was not signed in, or not registered: a whole sentence. */
export function explainRefusal(refusal: AccountRefusal): string {
  switch (refusal.state) {
    case "busy":
      return "The server is busy: try again.";
    case "too-many-sessions":
      return `That account has ${refusal.most} sessions already: end one of them.`;
    case "taken":
      return "That account exists already.";
    case "lookalike":
      return "That name looks like another account's.";
    case "in-use":
      return "That name is in use by a guest, or looks like one that is.";
    case "reserved":
      return "That name is reserved: choose another one.";
    default:
      return `${accountRefusalText(refusal)}.`;
  }
}

/** Why a guest cannot enter as `nick`: a whole sentence. */
export function explainNickFault(fault: NickFault, nick: string): string {
  switch (fault.state) {
    case "bad-name":
      return `${nick} is not a valid name.`;
    case "reserved":
      return `${nick} is reserved: choose another name.`;
    case "taken":
      return fault.hasAccount
        ? `${nick} belongs to an account: sign in to it, or choose another name.`
        : `${nick} is in use, or a name that looks like it.`;
  }
}
