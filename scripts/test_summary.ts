/** Reading the last line that `deno test` prints. @module */
import { stripVTControlCharacters } from "node:util";

/** How many tests there were of each outcome. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/**
 * Reads the summary out of what `deno test` printed.
 *
 * A run that ended with an error but names no failed test (a file that does not compile) counts as
 * one failure, so that "0 failed" never stands above exit code 1.
 */
export function parseTestSummary(output: string, exitCode: number): TestSummary {
  const last = stripVTControlCharacters(output)
    .split("\n")
    .findLast((line) => /^(ok|FAILED) \| \d+ passed/.test(line)) ?? "";
  const count = (outcome: string) =>
    Number(new RegExp(`\\| (\\d+) ${outcome}\\b`).exec(last)?.[1] ?? 0);
  const failed = count("failed");
  return {
    passed: count("passed"),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    ignored: count("ignored"),
  };
}
