/**
 * The frames of a transfer: type, length and payload, so that the sender can report a failure in
 * the middle of a file, and continue with the next one.
 *
 * A frame is `u8 type | u32 length | payload`, big-endian.
 *
 * @module
 */
import { BLOCK_BYTES } from "./limits.ts";
import { DIGEST_BYTES } from "./running_hash.ts";

/** Types of frames. */
export const Frame = {
  /** A file begins: u32 index in the list, u64 offset of its first byte. */
  Begin: 1,
  /** Bytes of that file. */
  Data: 2,
  /** A chunk is complete: SHA-256 of the file from its start to here. */
  Check: 3,
  /** The file is complete: its SHA-256. */
  End: 4,
  /** The file failed, the next follows: u8, an index in {@linkcode SENDER_FAULTS}. */
  Failed: 5,
  /** All files are sent. */
  Done: 6,
  /** The sender stops: the reason in UTF-8. */
  Cancel: 7,
  /** The sender is busy reading what the receiver has already. */
  Wait: 8,
} as const;

/** Faults of a file on the sender's side, by number. */
export const SENDER_FAULTS = ["unreadable", "changed"] as const;

/** Bytes before the payload. */
export const HEADER_BYTES = 5;
/** Payload of {@linkcode Frame.Begin}. */
export const BEGIN_BYTES = 12;
/** Longest reason in a cancel, in bytes. */
export const MAX_FAULT_REASON_BYTES = 900;

/** The exact length of a payload, or the shortest and the longest. */
export const FRAME_LENGTHS: Readonly<Record<number, readonly [number, number]>> = {
  [Frame.Begin]: [BEGIN_BYTES, BEGIN_BYTES],
  [Frame.Data]: [1, BLOCK_BYTES],
  [Frame.Check]: [DIGEST_BYTES, DIGEST_BYTES],
  [Frame.End]: [DIGEST_BYTES, DIGEST_BYTES],
  [Frame.Failed]: [1, 1],
  [Frame.Done]: [0, 0],
  [Frame.Cancel]: [0, MAX_FAULT_REASON_BYTES],
  [Frame.Wait]: [0, 0],
};
