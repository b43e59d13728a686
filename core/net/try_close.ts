/**
 * Closes resources that may be closed already.
 *
 * @module
 */

/** Closes a connection, whether or not it is closed already. */
export function tryClose(conn: Disposable): void {
  try {
    conn[Symbol.dispose]();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
