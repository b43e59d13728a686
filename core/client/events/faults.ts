/**
 * The fault and the code of every problem, for programs.
 *
 * @module
 */
import type { ClientFault, ClientProblem } from "./problems.ts";

/** Faults after which another attempt cannot succeed. */
export const FINAL_FAULTS: ReadonlySet<string> = new Set([
  "unknown-server-key",
  "changed-server-key",
]);

/** Kinds whose fault depends on their fields. */
type Varying = "registration-refused" | "server-refusal" | "not-delivered" | "not-offered";

const FAULTS: Readonly<Record<Exclude<ClientProblem["kind"], Varying>, ClientFault>> = {
  "cannot-dial": "could-not-connect",
  "unknown-server": "unknown-server-key",
  "unexpected-server": "changed-server-key",
  "changed-server": "changed-server-key",
  "not-connected": "disconnected",
  "connection-lost": "disconnected",
  "closing": "disconnected",
  "no-answer": "timeout",
  "not-signed-in": "not-signed-in",
  "sign-in-first": "not-signed-in",
  "signed-in-as-another": "not-signed-in",
  "already-signed-in": "refused",
  "no-accounts": "unsupported",
  "no-registration": "unsupported",
  "verification-required": "unsupported",
  "no-common-mechanism": "unsupported",
  "wrong-password": "wrong-password",
  "server-not-verified": "server-not-verified",
  "bad-challenge": "refused",
  "out-of-order-sign-in": "refused",
  "bad-account-name": "bad-name",
  "empty-password": "refused",
  "password-with-controls": "refused",
  "password-too-long": "too-long",
  "too-long": "too-long",
  "too-long-for-link": "too-long",
  "left-room": "not-in-room",
  "not-sent": "disconnected",
  "not-sent-to": "disconnected",
  "queue-full": "queue-full",
  "unconfirmed": "disconnected",
  "no-history": "unsupported",
  "no-notes": "unsupported",
  "not-online": "no-such-user",
  "too-many-offers": "refused",
  "no-such-offer": "refused",
  "no-such-stream": "refused",
  "bad-peer-name": "bad-name",
  "not-in-room": "not-in-room",
  "nobody-in-room": "no-such-user",
  "nobody-answers-in-room": "not-delivered",
  "call-with-room": "bad-name",
  "cannot-offer-files": "refused",
  "cannot-use-source": "refused",
  "unexpected": "refused",
};

/** Kinds whose name is the code, since it is more specific than their fault. */
const OWN_CODES: ReadonlySet<ClientProblem["kind"]> = new Set([
  "already-signed-in",
  "too-many-offers",
  "no-such-offer",
  "no-such-stream",
]);

/** The fault, for programs. */
export function faultOfProblem(problem: ClientProblem): ClientFault {
  switch (problem.kind) {
    case "registration-refused":
      return problem.isFull ? "server-full" : "could-not-connect";
    case "server-refusal":
      return problem.fault;
    case "not-delivered":
    case "not-offered":
      return problem.untrusted ? "untrusted-peer" : "not-delivered";
    default:
      return FAULTS[problem.kind];
  }
}

/** A code in kebab case: the fault, or a more specific one. */
export function codeOfProblem(problem: ClientProblem): string {
  if ("code" in problem) return problem.code;
  if (problem.kind === "unexpected") return "failed";
  return OWN_CODES.has(problem.kind) ? problem.kind : faultOfProblem(problem);
}
