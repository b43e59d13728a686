/** What is logged while a test runs. @module */
import { configureLog, type LogOptions } from "../../../core/ground/log.ts";
import { Changes } from "../../helpers/changes.ts";

/** The log of a test. */
export interface Logged extends AsyncDisposable {
  /** What has been logged, without the ends of lines. */
  readonly lines: readonly string[];
  /** Waits for a line that fits. */
  has(pattern: RegExp): Promise<void>;
  /** How many lines fit so far. */
  count(pattern: RegExp): number;
}

/** Keeps what is logged from a level on, as a journal gets it. */
export async function logged(level: LogOptions["level"] = "info"): Promise<Logged> {
  const lines: string[] = [];
  const changes = new Changes();
  const log = await configureLog({
    write: (line) => {
      lines.push(line.trimEnd());
      changes.tell();
    },
    ...{ level, format: "text", journal: true },
  });
  return {
    lines,
    has: (pattern) => changes.until(() => lines.some((line) => pattern.test(line))),
    count: (pattern) => lines.filter((line) => pattern.test(line)).length,
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}
