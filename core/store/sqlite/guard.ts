/**
 * Converts errors of the database to a `StoreError` that says what could not be done, for all parts of a SQLite store.
 *
 * @module
 */
import { explainStoreError } from "./database.ts";

/** Runs `action`; `what` describes it in the message: "read accounts". */
export type StoreGuard = <T>(what: string, action: () => T) => T;

/** The guard of the database at `path`. */
export function storeGuard(path: string): StoreGuard {
  return (what, action) => explainStoreError(`Cannot ${what} in ${path}`, action);
}
