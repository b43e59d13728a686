/** Durations, as people write and read them. @module */
import { InvalidArgumentError } from "@commander-js/extra-typings";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
};

/** The longest duration. */
const MAX_MS = 100 * 365 * DAY;

/**
 * Reads `90s`, `2h`, `1d12h` as milliseconds.
 *
 * @throws {InvalidArgumentError} When it has another form or is out of range.
 */
export function parseDuration(text: string): number {
  if (!/^(\d{1,6}[smhdw])+$/.test(text)) {
    throw new InvalidArgumentError("Write it as 30m, 2h, 7d or 1d12h.");
  }
  const ms = [...text.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, count = "", unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
  if (ms > 0 && ms <= MAX_MS) return ms;
  throw new InvalidArgumentError("It must be from one second to a hundred years.");
}

/** `3 d 5 h`, `5 h`, `12 min 8 s`: the largest unit that is not zero, and the next one. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, ms);
  const parts = STEPS.map(([size, name]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { count, text: `${count} ${name}` };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first < 0) return "0 s";
  return parts.slice(first, first + 2).filter(({ count }) => count > 0)
    .map(({ text }) => text).join(" ");
}

const STEPS = [[DAY, "d"], [HOUR, "h"], [MINUTE, "min"], [SECOND, "s"]] as const;
