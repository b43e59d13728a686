/**
 * Accepts connections; an error of one does not end the others.
 *
 * @module
 */

/** Pause after a failure to accept: the process may be out of file descriptors. */
const PAUSE_MS = 100;

/**
 * The connections of a listener until it is closed. Errors of single connections are skipped.
 *
 * @param failed Called when the system fails to accept a connection, for example without free file descriptors.
 */
export async function* connectionsOf<C extends Deno.Conn>(
  listener: Pick<Deno.Listener<C>, "accept">,
  failed: (error: unknown) => void = () => {},
): AsyncGenerator<C> {
  for (;;) {
    let connection: C;
    try {
      connection = await listener.accept();
    } catch (error) {
      if (isClosed(error)) return;
      if (isOfOneConnection(error)) continue;
      failed(error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      continue;
    }
    yield connection;
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
}

/** Whether the connection was closed before it was accepted; the next one may be fine. */
function isOfOneConnection(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionReset;
}
