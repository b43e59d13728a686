/** The TLS libraries to listen with, and their errors in words. @module */
import type { Listener, ListenOptions } from "../../core/net/connection.ts";
import { listenDeno } from "../../core/net/deno_listener.ts";
import { listenNode } from "../../core/net/node_listener.ts";
import { CommandFailed } from "../common/exit.ts";

/** `--tls-engine`. */
export type TlsEngine = "deno" | "node";

/** The listen function of each engine. */
export const TLS_ENGINES: Readonly<
  Record<TlsEngine, (options: ListenOptions) => Promise<Listener>>
> = {
  deno: listenDeno,
  node: listenNode,
};

/** The error of a port that cannot be opened, as one line for the user; other errors are returned unchanged. */
export function explainListenError(error: unknown, where: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = REASONS.get(code);
  if (!(error instanceof Error) || reason === undefined && !("syscall" in error)) return error;
  return new CommandFailed(`Cannot listen on ${where}: ${reason ?? error.message}`, 1, {
    cause: error,
  });
}

const REASONS = new Map([
  ["EADDRINUSE", "the port is in use by another program"],
  ["EACCES", "ports under 1024 need root's rights (or CAP_NET_BIND_SERVICE)"],
  ["EADDRNOTAVAIL", "this machine does not have that address"],
  ["EINVAL", "this machine does not have that address"], // the code of node:net
  ["ENOTFOUND", "there is no such host"],
]);
