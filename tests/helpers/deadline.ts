/** Waiting with a limit. @module */

/**
 * Waits for `promise`, at most `timeoutMs`.
 *
 * @throws {Error} With the text of `explain()` when the time is over.
 */
export async function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  explain: () => string,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(explain())), timeoutMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
