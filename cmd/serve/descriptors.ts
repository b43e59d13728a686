/** As many slots as the limit of open files leaves room for. @module */
import { getLogger } from "@logtape/logtape";
import { planDescriptors } from "../../core/net/descriptors.ts";
import { CommandFailed } from "../exit.ts";
import type { ServeOptions } from "./flags.ts";

/** Counting more takes too long. */
const MAX_SPARE = 10_000;

const log = getLogger(["chat", "serve"]);

/** What a server may have open. */
export interface DescriptorRoom {
  readonly slots: number;
  /** Connections beyond the slots that are told why they are refused. */
  readonly refusals: number;
  /** Connections that may stay open though they were given up: Deno's TLS has such. */
  readonly spare: number | undefined;
  /** Says that there are fewer slots than asked for, and why. */
  readonly lowered: string | undefined;
}

/**
 * Shares out the file descriptors there are. Fewer slots than asked for are logged.
 *
 * @throws {CommandFailed} When there are too few for a server.
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
