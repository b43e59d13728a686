/**
 * What is to be sent, looked through; and what of it is left out, in words.
 *
 * @module
 */
import {
  type PreparedOffer,
  prepareOffer,
  type Skipped,
  type SkipReason,
  TransferError,
} from "../../peer/files/mod.ts";
import { displayName } from "../../text.ts";
import { ClientError } from "../errors.ts";

/** Looks through files and folders. @throws {ClientError} `nothing-to-send`, `too-many`. */
export async function prepare(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<PreparedOffer> {
  try {
    return await prepareOffer(paths, { signal });
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    throw new ClientError("refused", displayName(error.message), {
      code: error.fault,
      cause: error,
    });
  }
}

const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  "link": "a link, which is not followed",
  "dangling-link": "a link that leads nowhere",
  "not-a-file": "neither a file nor a folder",
  "unreadable": "cannot be read",
  "path-too-long": "its path is too long",
  "too-deep": "in too many folders",
};

/** One thing that is left out, in words. */
export function skippedText({ source, reason, target }: Skipped): string {
  const leads = target === undefined ? "" : ` -> ${displayName(target)}`;
  return `${displayName(source)}${leads}: ${SKIP_WORDS[reason]}`;
}

/** All that is left out, in one line; `undefined` when nothing is. */
export function skippedSummary(skipped: readonly Skipped[]): string | undefined {
  const [first] = skipped;
  if (first === undefined) return undefined;
  const more = skipped.length > 1 ? `, and ${skipped.length - 1} more (/leftout lists them)` : "";
  return `Left out: ${skippedText(first)}${more}`;
}
