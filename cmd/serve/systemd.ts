/** Notifies systemd, if it has started the server. @module */
import { getLogger } from "@logtape/logtape";
import {
  keepWatchdog,
  notifyService,
  serviceManager,
  type ServiceState,
} from "../service/notify.ts";

/** How often the line of `systemctl status` is updated. */
const STATUS_EVERY_MS = 15_000;

const log = getLogger(["chat", "serve"]);

/** Reports the server's state to the service manager; disposing it stops the watchdog messages. */
export interface SystemdNotifier extends Disposable {
  /** Never rejects: errors are logged. */
  tell(state: ServiceState): Promise<void>;
}

/**
 * Finds the service manager in the environment (`NOTIFY_SOCKET`, `WATCHDOG_USEC`).
 *
 * @param status The line for `systemctl status`, as of now.
 */
export function serviceManagerOf(
  env: Pick<Deno.Env, "get">,
  status: () => string,
): SystemdNotifier {
  const manager = serviceManager(env, Deno.pid);
  const failed = (error: unknown) => log.warn("could not notify systemd: {error}", { error });
  const tell = async (state: ServiceState) => {
    await notifyService(manager, state, status()).catch(failed);
  };
  const resources = new DisposableStack();
  resources.use(keepWatchdog(manager, failed));
  if (manager.socket !== undefined) {
    // A watchdog message is harmless without a watchdog, and carries the status.
    const timer = setInterval(() => void tell("watchdog"), STATUS_EVERY_MS);
    resources.defer(() => clearInterval(timer));
  }
  return { tell, [Symbol.dispose]: () => resources.dispose() };
}
