/**
 * What is to be sent, looked through; and what of it is left out, in words.
 *
 * @module
 */
import { type Offer, prepareOffer, type Skipped, TransferError } from "../../peer/files/mod.ts";
import { cleanText } from "../../text.ts";
import { ClientError } from "../errors.ts";

/** Looks through files and folders. @throws {ClientError} `nothing-to-send`, `too-many`. */
export async function prepare(paths: readonly string[], signal: AbortSignal): Promise<Offer> {
  try {
    return await prepareOffer(paths, { signal });
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    throw new ClientError("refused", cleanText(error.message), { code: error.fault, cause: error });
  }
}

/** What is left out; `undefined` when nothing is. */
export function skippedText(skipped: readonly Skipped[]): string | undefined {
  const [first] = skipped;
  if (first === undefined) return undefined;
  const reasons = [...new Set(skipped.map(({ reason }) => reason))].join(", ");
  const more = skipped.length > 1 ? ` and ${skipped.length - 1} more` : "";
  return `Left out: ${cleanText(first.source)}${more} (${reasons})`;
}
