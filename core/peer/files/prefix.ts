/**
 * What two half-known copies of a file have in common, from the start.
 *
 * While a file passes, both sides take SHA-256 of it from its start to the end of every chunk (one
 * pass: a digest of what was hashed so far). These checks prove later, chunk by chunk, that a part
 * on the disk or a changed source is still the same up to there. Where a state of the hash was
 * saved, one chunk is read again for it: the state before the last chunk, and that chunk, give the
 * last check only if nothing is wrong with either.
 *
 * @module
 */
import { breathe } from "../../ground/breathe.ts";
import { BLOCK_BYTES, chunkBytesOf } from "./limits.ts";
import {
  DIGEST_BYTES,
  resumeHash,
  type RunningHash,
  type RunningHashOptions,
  startHash,
} from "./running_hash.ts";

/** What is known of a file's start. */
export interface KnownPrefix {
  /** Size of the whole file. */
  readonly bytes: number;
  /** For every chunk, SHA-256 from the file's start to the chunk's end. */
  readonly checks: readonly Uint8Array[];
  /** State of the hash before the last of them. */
  readonly state?: Uint8Array | undefined;
}

/** What {@linkcode agreeOnPrefix} may be told. */
export interface AgreeOptions extends RunningHashOptions {
  /** Called after each block; may throw to stop. */
  readonly onBlock?: () => void | Promise<void>;
}

/** A start that was verified, and the hash of it, ready to go on. */
export interface AgreedPrefix {
  /** How many chunks it has. */
  readonly chunks: number;
  /** How long it is. */
  readonly bytes: number;
  /** Of its bytes, ready for the next. */
  readonly hash: RunningHash;
}

/** Finds out how many chunks of `file` are as `known`. The file's position is moved. */
export async function agreeOnPrefix(
  file: Deno.FsFile,
  known: KnownPrefix,
  options: AgreeOptions = {},
): Promise<AgreedPrefix> {
  const chunkBytes = chunkBytesOf(known.bytes);
  const hash = await resumeAtLast(file, known, options);
  if (hash) return { chunks: known.checks.length, bytes: known.checks.length * chunkBytes, hash };
  for (let wanted = known.checks.length;;) {
    const hash = await startHash(known.bytes, options);
    await file.seek(0, Deno.SeekMode.Start);
    let chunks = 0;
    while (
      chunks < wanted && await hashesTo(file, hash, known.checks[chunks], chunkBytes, options)
    ) {
      chunks++;
    }
    if (chunks === wanted) return { chunks, bytes: chunks * chunkBytes, hash };
    wanted = chunks; // the hash has gone past what agrees: take it once more up to there
  }
}

/** Checks joined into one, for the wire. */
export function joinChecks(checks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(checks.length * DIGEST_BYTES);
  checks.forEach((check, i) => joined.set(check, i * DIGEST_BYTES));
  return joined;
}

/** The other way round. A rest that is no whole check is left out. */
export function splitChecks(joined: Uint8Array): Uint8Array[] {
  const checks: Uint8Array[] = [];
  for (let at = 0; at + DIGEST_BYTES <= joined.length; at += DIGEST_BYTES) {
    checks.push(joined.subarray(at, at + DIGEST_BYTES));
  }
  return checks;
}

/** Whether two digests are the same. Nothing secret is compared. */
export function isSameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

async function resumeAtLast(
  file: Deno.FsFile,
  { bytes, checks, state }: KnownPrefix,
  options: AgreeOptions,
): Promise<RunningHash | undefined> {
  const last = checks.at(-1);
  if (!state || !last) return undefined;
  const chunkBytes = chunkBytesOf(bytes);
  let hash: RunningHash;
  try {
    hash = await resumeHash(state);
  } catch {
    return undefined; // of another version: everything is read again
  }
  await file.seek((checks.length - 1) * chunkBytes, Deno.SeekMode.Start);
  return await hashesTo(file, hash, last, chunkBytes, options) ? hash : undefined;
}

/** Takes the next `bytes` of `file` into `hash`, and says whether that gives `check`. */
async function hashesTo(
  file: Deno.FsFile,
  hash: RunningHash,
  check: Uint8Array | undefined,
  bytes: number,
  { onBlock }: AgreeOptions,
): Promise<boolean> {
  const block = new Uint8Array(BLOCK_BYTES);
  for (let left = bytes; left > 0;) {
    const count = await file.read(block.subarray(0, Math.min(left, block.length)));
    if (count === null) return false;
    hash.update(block.subarray(0, count));
    left -= count;
    await onBlock?.();
    await breathe();
  }
  return check !== undefined && isSameDigest(hash.digest(), check);
}
