/**
 * How many files and sockets this process may have open at once, and how they are shared out.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";

/** The database with its journals, a backup, ports, logs, the owner's and the metrics' connections. */
const RESERVE = 24;
/** With less it is no server. */
const MIN_SLOTS = 4;
/** Connections that are told why they are refused; more are hung up on without a word. */
export const MAX_REFUSALS = 64;
/** So many connections `node:net` accepts in one turn of the event loop, however soon they are hung up on. */
const ACCEPT_BURST = 128;
/** Where descriptors are scarce, refusals and bursts have this part of them each. */
const SCARCE_PART = 1 / 8;

/** What there is room for. */
export interface Descriptors {
  /** How many more can be opened, at least; counting ends where nobody asked for more. */
  readonly free: number;
  /** The limit, where it was reached: `ulimit -n`. */
  readonly limit: number | undefined;
}

/**
 * Counts the file descriptors that are left by opening them, `wanted` at most: the limit itself can only be read on some
 * systems, and there not with every permission. Where it cannot be found out, there are as many as wanted.
 *
 * Needs `--allow-read=/dev/null`.
 */
export function countDescriptors(wanted: number): Descriptors {
  const opened: number[] = [];
  try {
    while (opened.length < wanted) opened.push(openSync("/dev/null", "r"));
  } catch (error) {
    const isFull = error instanceof Error && "code" in error && error.code === "EMFILE";
    if (!isFull) return { free: wanted, limit: undefined };
    const last = opened.at(-1); // the lowest that was free: all below are in use
    return { free: opened.length, limit: last === undefined ? undefined : last + 1 };
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
  return { free: wanted, limit: undefined };
}

/** How descriptors are shared out. */
export interface DescriptorPlan {
  /** Connections at once; 0 when there is no room for a server. */
  readonly slots: number;
  /** Connections beyond these which may be told that there is no slot. */
  readonly refusals: number;
  /** What is left then, up to what was asked for. */
  readonly spare: number;
  /** The limit where it was reached. */
  readonly limit: number | undefined;
}

/** Shares out what descriptors there are, so that they do not run out: `slots` connections at most. */
export function planDescriptors(
  { slots, spare = 0 }: { readonly slots: number; readonly spare?: number },
  count: (wanted: number) => Descriptors = countDescriptors,
): DescriptorPlan {
  const { free, limit } = count(slots + MAX_REFUSALS + ACCEPT_BURST + RESERVE + spare);
  const rest = Math.max(0, free - RESERVE);
  const part = Math.floor(rest * SCARCE_PART);
  const refusals = Math.min(MAX_REFUSALS, Math.max(part, rest - slots - ACCEPT_BURST));
  const fitting = Math.min(slots, rest - refusals - Math.min(ACCEPT_BURST, part));
  return {
    slots: fitting < Math.min(slots, MIN_SLOTS) ? 0 : fitting,
    refusals,
    spare: Math.max(0, Math.min(spare, rest - refusals - fitting)),
    limit,
  };
}
