/**
 * Finds the common prefix of two partial copies of a file.
 *
 * While a file is sent, both sides take SHA-256 of it from its start to the end of every chunk (one
 * pass: digests of the running hash). These checks prove later, chunk by chunk, that a part
 * on the disk or a changed source is still the same up to there. If a state of the hash was
 * saved, only one chunk is read again: the state before the last chunk and that chunk give the
 * last check only if both are right.
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

/** What is known about the prefix of a file. */
export interface KnownPrefix {
  /** Size of the whole file. */
  readonly bytes: number;
  /** For every chunk, SHA-256 from the file's start to the chunk's end. */
  readonly checks: readonly Uint8Array[];
  /** State of the hash before the last of them. */
  readonly state?: Uint8Array | undefined;
}

/** Options for {@linkcode agreeOnPrefix}. */
export interface AgreeOptions extends RunningHashOptions {
  /** Called after each block; may throw to stop. */
  readonly onBlock?: () => void | Promise<void>;
}

/** A verified prefix, and its running hash. */
export interface AgreedPrefix {
  /** How many chunks it has. */
  readonly chunks: number;
  /** How long it is. */
  readonly bytes: number;
  /** Of its bytes, ready for the next. */
  readonly hash: RunningHash;
}

/** Finds out how many chunks of `file` match `known`. Moves the file's position. */
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
    wanted = chunks; // the hash has gone past the match: compute it again up to there
  }
}

/** Joins checks into one array, for the wire. */
export function joinChecks(checks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(checks.length * DIGEST_BYTES);
  checks.forEach((check, i) => joined.set(check, i * DIGEST_BYTES));
  return joined;
}

/** The reverse of {@linkcode joinChecks}. An incomplete rest is dropped. */
export function splitChecks(joined: Uint8Array): Uint8Array[] {
  const checks: Uint8Array[] = [];
  for (let at = 0; at + DIGEST_BYTES <= joined.length; at += DIGEST_BYTES) {
    checks.push(joined.subarray(at, at + DIGEST_BYTES));
  }
  return checks;
}

/** Whether two digests are equal. Not in constant time: digests are not secret. */
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
    return undefined; // a state of another version: everything is read again
  }
  await file.seek((checks.length - 1) * chunkBytes, Deno.SeekMode.Start);
  return await hashesTo(file, hash, last, chunkBytes, options) ? hash : undefined;
}

/** Hashes the next `bytes` of `file`, and returns whether the digest equals `check`. */
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
