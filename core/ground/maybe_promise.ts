/**
 * Values that are available at once or later. A plain value is used synchronously: nothing is awaited, so no other work
 * runs in between.
 *
 * @module
 */

/** A value, or a promise of one. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Calls `next` with the value: synchronously for a plain value, else when the promise is fulfilled.
 *
 * @returns The result of `next`. A rejected promise stays rejected, and `next` is not called.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { whenReady } from "./maybe_promise.ts";
 * assert.equal(whenReady(20, (value) => value + 1), 21);
 * assert.equal(await whenReady(Promise.resolve(20), (value) => value + 1), 21);
 * ```
 */
export function whenReady<T, U>(
  answer: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}

/**
 * Runs `action`, and on an error `failed` with the error thrown or the reason of the rejection.
 *
 * @returns The result of `action` or of `failed`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recover } from "./maybe_promise.ts";
 * const broken = () => {
 *   throw new TypeError("broken");
 * };
 * assert.equal(recover(broken, () => "mended"), "mended");
 * assert.equal(await recover(() => Promise.reject(new TypeError("broken")), () => "mended"), "mended");
 * ```
 */
export function recover<T, U>(
  action: () => MaybePromise<T>,
  failed: (error: unknown) => U,
): MaybePromise<T | U> {
  try {
    const answer = action();
    return answer instanceof Promise ? answer.catch(failed) : answer;
  } catch (error) {
    return failed(error);
  }
}

/**
 * Runs `step` for each item in order; each one starts when the promise of the previous one is fulfilled.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inOrder } from "./maybe_promise.ts";
 * const seen: number[] = [];
 * assert.equal(inOrder([1, 2], (n) => void seen.push(n)), undefined);
 * await inOrder([3, 4], async (n) => void seen.push(await n));
 * assert.deepEqual(seen, [1, 2, 3, 4]);
 * ```
 */
export function inOrder<T>(
  items: Iterable<T>,
  step: (item: T) => MaybePromise<unknown>,
): MaybePromise<void> {
  const left = items[Symbol.iterator]();
  const runRest = (): MaybePromise<void> => {
    for (let next = left.next(); !next.done; next = left.next()) {
      const done = step(next.value);
      if (done instanceof Promise) return done.then(runRest);
    }
  };
  return runRest();
}
