/** Result of a check. @module */

/** One line of the report. */
export interface Finding {
  /** What was checked, in a word or two. */
  readonly check: string;
  /** "broken": chat will not work; "doubtful": it works, with a risk. */
  readonly state: "fine" | "doubtful" | "broken";
  /** The result, for people. */
  readonly text: string;
  /** How long it took, in milliseconds, where that matters. */
  readonly tookMs?: number;
}

/** Waits for `work`, at most `ms` milliseconds, and times it. */
export async function timed<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly value: T; readonly tookMs: number }> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`No answer within ${ms / 1_000} s`, "TimeoutError")),
    ms,
  );
  const startMs = performance.now();
  try {
    return { value: await work(controller.signal), tookMs: performance.now() - startMs };
  } finally {
    clearTimeout(timer);
  }
}
