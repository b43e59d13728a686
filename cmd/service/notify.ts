/**
 * Reports a service's state to systemd, over the socket that `NOTIFY_SOCKET` names (sd_notify(3)).
 *
 * @module
 */

/** The socket, and the interval of the watchdog. */
export interface ServiceManager {
  /** A path, or `@name` for an abstract socket; `undefined` without systemd. */
  readonly socket: string | undefined;
  /** `WATCHDOG_USEC` in milliseconds; `undefined` when there is no watchdog. */
  readonly watchdogMs: number | undefined;
}

/** A state to report. */
export type ServiceState = "ready" | "reloading" | "stopping" | "watchdog";

const LINES: { readonly [state in ServiceState]: string } = {
  ready: "READY=1",
  reloading: "RELOADING=1",
  stopping: "STOPPING=1",
  watchdog: "WATCHDOG=1",
};

/**
 * Reads the environment systemd gives a service. `pid` is the own process: a watchdog meant for another
 * process is ignored.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { serviceManager } from "./notify.ts";
 * const env = new Map([["NOTIFY_SOCKET", "@sd"], ["WATCHDOG_USEC", "60000000"], ["WATCHDOG_PID", "7"]]);
 * assert.deepEqual(serviceManager(env, 7), { socket: "@sd", watchdogMs: 60_000 });
 * assert.deepEqual(serviceManager(env, 8), { socket: "@sd", watchdogMs: undefined });
 * ```
 */
export function serviceManager(
  env: { get(name: string): string | undefined },
  pid: number,
): ServiceManager {
  const socket = env.get("NOTIFY_SOCKET");
  const microseconds = Number(env.get("WATCHDOG_USEC"));
  const watchdogPid = env.get("WATCHDOG_PID");
  const isForUs = watchdogPid === undefined || watchdogPid === String(pid);
  return {
    socket: socket !== undefined && /^[@/]./.test(socket) ? socket : undefined,
    watchdogMs: isForUs && microseconds > 0 ? microseconds / 1_000 : undefined,
  };
}

/**
 * Sends the service manager a state, and a line for `systemctl status`.
 *
 * Needs read and write permission for the socket, and Deno's unstable `net` (for datagrams over Unix sockets).
 *
 * @returns False without a service manager.
 * @throws {Error} When the socket cannot be written to.
 */
export async function notifyService(
  { socket }: Pick<ServiceManager, "socket">,
  state: ServiceState,
  status?: string,
): Promise<boolean> {
  if (socket === undefined || typeof Deno.listenDatagram !== "function") return false;
  const lines = [LINES[state]];
  if (status !== undefined) lines.push(`STATUS=${status.replaceAll("\n", " ")}`);
  // Our end needs a name to be opened; an abstract one leaves no file.
  const name = `\0chat-notify-${crypto.randomUUID()}`;
  const connection = Deno.listenDatagram({ transport: "unixpacket", path: name });
  try {
    const path = socket.startsWith("@") ? `\0${socket.slice(1)}` : socket;
    const to = { transport: "unixpacket", path } as const;
    await connection.send(new TextEncoder().encode(lines.join("\n")), to);
  } finally {
    connection.close();
  }
  return true;
}

/**
 * Notifies the watchdog twice as often as it requires, until disposed.
 *
 * @param failed Called when that does not work; the watchdog will then restart the service.
 */
export function keepWatchdog(
  manager: ServiceManager,
  failed: (error: unknown) => void,
): Disposable {
  if (manager.watchdogMs === undefined) return { [Symbol.dispose]: () => {} };
  const timer = setInterval(
    () => void notifyService(manager, "watchdog").catch(failed),
    manager.watchdogMs / 2,
  );
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
