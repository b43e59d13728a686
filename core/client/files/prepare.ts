/**
 * Prepares what is to be sent, and says what of it is left out.
 *
 * @module
 */
import {
  type PreparedOffer,
  prepareOffer,
  type Skipped,
  TransferError,
} from "../../peer/files/mod.ts";
import { displayName } from "../../ground/text.ts";
import { ClientError } from "../errors.ts";
import type { LeftOutFile } from "../transfer_events.ts";

/** Looks through files and folders. @throws {ClientError} `nothing-to-send`, `too-many`. */
export async function prepare(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<PreparedOffer> {
  try {
    return await prepareOffer(paths, { signal });
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    const message = displayName(error.message);
    const problem = { kind: "cannot-offer-files", code: error.fault, message } as const;
    throw new ClientError(problem, { cause: error });
  }
}

/** Something that is left out, with names that are safe to show. */
export function toLeftOut({ source, reason, target }: Skipped): LeftOutFile {
  return {
    path: displayName(source),
    reason,
    ...(target === undefined ? {} : { target: displayName(target) }),
  };
}
