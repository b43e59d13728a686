/**
 * Accepting connections, whatever goes wrong with one of them.
 *
 * @module
 */

/** How long to wait when none can be had: the process may be out of file descriptors. */
const PAUSE_MS = 100;

/**
 * The connections of a listener until it is closed. What goes wrong with one of them ends none of the others.
 *
 * @param failed Called when the system refused to accept one, as it does when no file descriptors are left.
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
      if (isOnesOwn(error)) continue;
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

/** The connection was gone before it was here; the next may be well. */
function isOnesOwn(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionReset;
}
