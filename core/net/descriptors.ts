/**
 * The limit of open files and sockets of this process, and how they are shared out.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";

/** The database with its journals, a backup, ports, logs, the connections of `chat admin` and the metrics. */
const RESERVE = 24;
/** With fewer slots the server does not start. */
const MIN_SLOTS = 4;
/** Connections that get a reason for their refusal; further ones are closed without one. */
export const MAX_REFUSALS = 64;
/** How many connections `node:net` accepts in one turn of the event loop, even if they are closed at once. */
const ACCEPT_BURST = 128;
/** When descriptors are scarce, refusals and bursts get this part of them each. */
const SCARCE_PART = 1 / 8;

/** Result of {@linkcode countDescriptors}. */
export interface Descriptors {
  /** How many more can be opened; counting stops at the wanted number. */
  readonly free: number;
  /** The limit, if it was reached: `ulimit -n`. */
  readonly limit: number | undefined;
}

/**
 * Counts the free file descriptors by opening them, `wanted` at most: the limit itself can only be read on some
 * systems, and there not with every permission. If counting fails, it returns `wanted`.
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
    const last = opened.at(-1); // the highest: all below are in use
    return { free: opened.length, limit: last === undefined ? undefined : last + 1 };
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
  return { free: wanted, limit: undefined };
}

/** Result of {@linkcode planDescriptors}. */
export interface DescriptorPlan {
  /** Number of slots; 0 when there are too few descriptors for a server. */
  readonly slots: number;
  /** Connections beyond the slots that get a reason for their refusal. */
  readonly refusals: number;
  /** Remaining descriptors, up to the number asked for. */
  readonly spare: number;
  /** The limit, if it was reached. */
  readonly limit: number | undefined;
}

/** Shares out the available descriptors, so that they do not run out: `slots` connections at most. */
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
