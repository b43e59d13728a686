/**
 * Files that a stream was kept in.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { TransferredEvent } from "../offer_events.ts";
import type { ListedOffer } from "../offers.ts";

/** A complete file. */
export interface KeptFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Looks at a file that has just been completed; `undefined` when somebody has taken it away meanwhile.
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
    return undefined; // it was there a moment ago, and is not ours any more
  }
  return { path, bytes, sha256: hash.digest("hex") };
}

/** That a stream's file is complete. */
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
