/**
 * Files in which a stream was saved.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { TransferredEvent } from "../../events/offer_events.ts";
import type { ListedOffer } from "../offers.ts";

/** A complete file of a stream. */
export interface KeptFile {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Inspects a file that has just been completed; `undefined` if it was removed in the meantime.
 *
 * Needs `--allow-read`.
 */
export async function inspectKeptFile(savedAs: string | undefined): Promise<KeptFile | undefined> {
  if (savedAs === undefined) return undefined;
  const path = resolve(savedAs);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const file = await Deno.open(path);
    for await (const chunk of file.readable) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch {
    return undefined; // removed or moved in the meantime
  }
  return { path, bytes, sha256: hash.digest("hex") };
}

/** Reports that the file of a stream is complete. */
export function receivedEvent(
  { id, number, from, to }: ListedOffer,
  kept: KeptFile,
): TransferredEvent {
  const { path, bytes, sha256 } = kept;
  return {
    ...{ event: "received", id, number, from, to, bytes, total: bytes, path, sha256 },
    ...{ files: 1, contents: [kept] },
    failed: [],
  };
}
