/** Helpers for sockets. @module */
import { tryClose } from "../../net/try_close.ts";

/**
 * Closes `conn` when `signal` aborts, which ends pending reads and writes: Deno's connections do not accept a signal.
 * Dispose of the result to stop watching the signal.
 */
export function closeOn(signal: AbortSignal, conn: Disposable): Disposable {
  const close = () => tryClose(conn);
  if (signal.aborted) close();
  else signal.addEventListener("abort", close, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", close) };
}

/** Settles as `promise` does, or rejects with `signal.reason` if it aborts first. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
