/** What a check found. @module */

/** One line of the report. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** "broken": chat will not work; "doubtful": it works, but somebody may be in for a surprise. */
  readonly state: "fine" | "doubtful" | "broken";
  /** What was seen, in words for a person. */
  readonly text: string;
  /** How long it took, in milliseconds, where that says something. */
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

/** The words of an error. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
