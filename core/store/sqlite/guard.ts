/**
 * What the parts of a SQLite store have in common: an error of the database becomes a `StoreError` that says what could
 * not be done.
 *
 * @module
 */
import { explainStoreError } from "../database.ts";

/** Runs `action`; `what` is what it does, for the message: "read accounts". */
export type StoreGuard = <T>(what: string, action: () => T) => T;

/** The guard of the database at `path`. */
export function storeGuard(path: string): StoreGuard {
  return (what, action) => explainStoreError(`Cannot ${what} in ${path}`, action);
}
