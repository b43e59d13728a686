/** Sizes, durations and counts in words. @module */

const UNITS = ["kB", "MB", "GB", "TB", "PB"] as const;

/**
 * A size in decimal units, three digits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatBytes } from "./quantity_text.ts";
 * assert.deepEqual([5, 1_234, 45_600_000].map(formatBytes), ["5 B", "1.23 kB", "45.6 MB"]);
 * ```
 */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  let value = bytes / 1_000;
  let unit = 0;
  // 999.5 and more would be written with four digits.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(decimals)} ${UNITS[unit]}`;
}

/** `0:07`, `12:30`, `3:04:05`; `over a day` beyond that. */
export function formatRemaining(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds >= 86_400) return "over a day";
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes, rest] = [whole / 3_600, whole / 60 % 60, whole % 60].map(Math.floor);
  const two = (number = 0) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `1 file`, `12 files`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
