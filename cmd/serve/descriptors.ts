/** Fits the number of slots into the limit of open files. @module */
import { getLogger } from "@logtape/logtape";
import { planDescriptors } from "../../core/net/descriptors.ts";
import { CommandFailed } from "../common/exit.ts";
import type { ServeOptions } from "./flags.ts";

/** Counting more would take too long. */
const MAX_SPARE = 10_000;

const log = getLogger(["chat", "serve"]);

/** How the file descriptors are shared out. */
export interface DescriptorRoom {
  readonly slots: number;
  /** Connections beyond the slots that get a reason before they are closed. */
  readonly refusals: number;
  /** Abandoned connections that cannot be closed yet: only Deno's TLS has them. */
  readonly spare: number | undefined;
  /** Message that there are fewer slots than asked for, and why. */
  readonly lowered: string | undefined;
}

/**
 * Shares out the available file descriptors; logs when there are fewer slots than asked for.
 *
 * @throws {CommandFailed} When there are too few to serve anybody.
 */
export function fitDescriptors(
  { slots: wanted, tlsEngine }: Pick<ServeOptions, "slots" | "tlsEngine">,
): DescriptorRoom {
  const spare = tlsEngine === "deno" ? MAX_SPARE : undefined;
  const { limit, ...plan } = planDescriptors({ slots: wanted, ...(spare && { spare }) });
  const room = { ...plan, spare: spare && plan.spare };
  const { slots } = room;
  const why = limit === undefined
    ? "no more files can be open at once (ulimit -n)"
    : `the limit of open files is ${limit} (ulimit -n)`;
  if (slots === 0) {
    throw new CommandFailed(`Cannot serve: ${why}, which leaves no room for connections`);
  }
  if (slots === wanted) return { ...room, lowered: undefined };
  const lowered = `Slots lowered from ${wanted} to ${slots}: ${why}`;
  log.warn("{lowered}", { lowered });
  return { ...room, lowered };
}
