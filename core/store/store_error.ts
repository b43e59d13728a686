/**
 * Errors of a store.
 *
 * @module
 */
import { type MaybePromise, recover } from "../ground/maybe_promise.ts";

/** What is wrong with a store. */
export type StoreFault =
  /** Another process has the database open. */
  | "locked"
  /** The file is damaged, or not a database of this program. */
  | "corrupt"
  /** Written by a newer version of the program. */
  | "newer-version"
  /** No space left on the disk. */
  | "disk-full"
  /** It cannot be opened, read or written: missing folder, permissions, a failing disk. */
  | "unreadable"
  /** This kind of store cannot do it. */
  | "unsupported";

/** An operation of the store failed. `fault` says why, `cause` is the database's own error. */
export class StoreError extends Error {
  /** The class's name. */
  override readonly name = "StoreError";
  /** What is wrong. */
  readonly fault: StoreFault;
  /** `fault` for programs, `message` for people. */
  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** As `recover()`, for failures of a store only: any other error is passed on. */
export function recoverStoreError<T, U>(
  action: () => MaybePromise<T>,
  failed: (error: StoreError) => U,
): MaybePromise<T | U> {
  return recover(action, (error) => {
    if (error instanceof StoreError) return failed(error);
    throw error;
  });
}
