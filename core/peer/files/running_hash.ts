/**
 * Incremental SHA-256 of a file: the digest of everything so far is available at any time,
 * and for very large files the state can be saved and resumed by another process.
 *
 * @module
 */
import { createHash, hash } from "node:crypto";
import { SAVED_STATE_BYTES } from "./limits.ts";

/** Bytes of a SHA-256. */
export const DIGEST_BYTES = 32;

/** An incremental hash. */
export interface RunningHash {
  /** Adds bytes; they may be overwritten afterwards. */
  update(bytes: Uint8Array): void;
  /** SHA-256 of everything so far. More may follow. */
  digest(): Uint8Array;
  /** The state, for {@linkcode resumeHash}; undefined if it cannot be saved. */
  save(): Uint8Array | undefined;
}

/** Options for {@linkcode startHash}. */
export interface RunningHashOptions {
  /** From this size on the state can be saved, at a third of the speed. */
  readonly savedStateBytes?: number;
}

/**
 * Starts the hash of a file of `fileBytes`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resumeHash, startHash } from "./running_hash.ts";
 * const hash = await startHash(6, { savedStateBytes: 0 });
 * hash.update(new TextEncoder().encode("abc"));
 * const state = hash.save();
 * assert.ok(state);
 * const second = await resumeHash(state);
 * assert.deepEqual(second.digest(), hash.digest());
 * ```
 */
export async function startHash(
  fileBytes: number,
  { savedStateBytes = SAVED_STATE_BYTES }: RunningHashOptions = {},
): Promise<RunningHash> {
  return fileBytes >= savedStateBytes ? await savableHash() : new NativeHash();
}

/**
 * Resumes a hash from a state of {@linkcode RunningHash.save}.
 *
 * @throws {Error} When `state` is invalid, or of another version.
 */
export async function resumeHash(state: Uint8Array): Promise<RunningHash> {
  return await savableHash(state);
}

/** SHA-256 of `bytes`. */
export function digestOf(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}

class NativeHash implements RunningHash {
  readonly #hash = createHash("sha256");

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Uint8Array {
    return this.#hash.copy().digest();
  }

  save(): undefined {}
}

async function savableHash(state?: Uint8Array): Promise<RunningHash> {
  const { createSHA256 } = await import("hash-wasm"); // 30 KiB that few transfers need
  const hash = (await createSHA256()).init();
  if (state) hash.load(state);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => {
      const before = hash.save();
      const digest = hash.digest("binary");
      hash.load(before);
      return digest;
    },
    save: () => hash.save(),
  };
}
