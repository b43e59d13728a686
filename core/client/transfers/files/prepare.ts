/**
 * Prepares files and folders for sending, and lists those that are left out.
 *
 * @module
 */
import { displayName } from "../../../ground/text.ts";
import {
  OfferFilesError,
  type OfferFilesProblem,
  type PreparedOffer,
  prepareOffer,
  type Skipped,
} from "../../../peer/files/mod.ts";
import { ClientError } from "../../events/errors.ts";
import type { LeftOutFile } from "../../events/transfer_events.ts";

/** Reads the lists of files and folders. @throws {ClientError} `nothing-to-send`, `too-many`. */
export async function prepare(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<PreparedOffer> {
  try {
    return await prepareOffer(paths, { signal });
  } catch (error) {
    if (!(error instanceof OfferFilesError)) throw error;
    const problem = toShowable(error.problem);
    const code = problem.kind === "too-many-files" ? "too-many" : "nothing-to-send";
    throw new ClientError({ kind: "cannot-offer-files", code, problem }, { cause: error });
  }
}

/** The same problem with names that are safe to show. */
function toShowable(problem: OfferFilesProblem): OfferFilesProblem {
  if (!("source" in problem)) return problem;
  const source = displayName(problem.source);
  if (problem.kind === "not-a-file" || problem.detail === undefined) return { ...problem, source };
  return { ...problem, source, detail: displayName(problem.detail) };
}

/** A file that is left out, with names that are safe to show. */
export function toLeftOut({ source, reason, target }: Skipped): LeftOutFile {
  return {
    path: displayName(source),
    reason,
    ...(target === undefined ? {} : { target: displayName(target) }),
  };
}
