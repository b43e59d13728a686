/**
 * The error of the client, and conversion of the server's refusals.
 *
 * @module
 */
import { codeOfProblem, faultOfProblem } from "./faults.ts";
import type { ClientFault, ClientProblem, LossReason } from "./problems.ts";

/** A request failed. `problem` has the facts; the caller words them. */
export class ClientError extends Error {
  /** Distinguishes it from other errors where `instanceof` cannot. */
  override readonly name = "ClientError";
  /** The fault, for programs. */
  readonly fault: ClientFault;
  /** A code in kebab case: the fault, or the server's own code if that is more specific. */
  readonly code: string;

  /** `options` has the cause, if there is one. */
  constructor(
    /** Why it failed. */
    readonly problem: ClientProblem,
    options?: ErrorOptions,
  ) {
    super(`Client request failed: ${JSON.stringify(problem)}`, options);
    this.fault = faultOfProblem(problem);
    this.code = codeOfProblem(problem);
  }
}

/** The reason of a lost connection for `error`. */
export function toLossReason(error: unknown): LossReason {
  const problem = toClientProblem(error);
  return problem.kind === "unexpected" ? problem : { kind: "problem", problem };
}

/** Any error as a problem. */
export function toClientProblem(error: unknown): ClientProblem {
  if (error instanceof ClientError) return error.problem;
  return { kind: "unexpected", message: error instanceof Error ? error.message : String(error) };
}
