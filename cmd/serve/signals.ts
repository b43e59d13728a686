/** Signals of a server: stop and reload. @module */

/**
 * Waits for SIGINT, SIGTERM, or the end of the terminal it runs in. Until then SIGHUP runs `reload`, one at a time.
 *
 * @returns the signal.
 */
export async function waitForStop(reload: () => Promise<void>): Promise<Deno.Signal> {
  const stop = Promise.withResolvers<Deno.Signal>();
  const isInTerminal = Deno.stdin.isTerminal();
  let reloading = Promise.resolve();
  const hangUp = () => {
    // A terminal that is closed sends the same signal.
    if (isInTerminal && !Deno.stdin.isTerminal()) stop.resolve("SIGHUP");
    else reloading = reloading.then(reload);
  };
  using signals = new DisposableStack();
  const listen = (signal: Deno.Signal, handler: () => void) => {
    Deno.addSignalListener(signal, handler);
    signals.defer(() => Deno.removeSignalListener(signal, handler));
  };
  const isWindows = Deno.build.os === "windows";
  for (const signal of isWindows ? STOP_ON_WINDOWS : STOP) {
    listen(signal, () => stop.resolve(signal));
  }
  if (!isWindows) listen("SIGHUP", hangUp);
  const signal = await stop.promise;
  await reloading;
  return signal;
}

const STOP = ["SIGINT", "SIGTERM"] as const;
const STOP_ON_WINDOWS = ["SIGINT", "SIGBREAK"] as const;
