/** Keeping systemd informed, where it has started the server. @module */
import { getLogger } from "@logtape/logtape";
import {
  keepWatchdog,
  notifyService,
  serviceManager,
  type ServiceState,
} from "../../core/service/notify.ts";

/** How often `systemctl status` learns something new. */
const STATUS_EVERY_MS = 15_000;

const log = getLogger(["chat", "serve"]);

/** Tells the service manager how the server is; disposing it ends the signs of life. */
export interface SystemdNotifier extends Disposable {
  /** Never fails: what goes wrong is logged. */
  tell(state: ServiceState): Promise<void>;
}

/**
 * Reads from the environment whether there is a service manager, and what it wants.
 *
 * @param status The line for `systemctl status`, as of now.
 */
export function serviceManagerOf(
  env: Pick<Deno.Env, "get">,
  status: () => string,
): SystemdNotifier {
  const manager = serviceManager(env, Deno.pid);
  const failed = (error: unknown) => log.warn("systemd cannot be told: {error}", { error });
  const tell = async (state: ServiceState) => {
    await notifyService(manager, state, status()).catch(failed);
  };
  const resources = new DisposableStack();
  resources.use(keepWatchdog(manager, failed));
  if (manager.socket !== undefined) {
    // A sign of life that nobody waits for does no harm, and carries the status.
    const timer = setInterval(() => void tell("watchdog"), STATUS_EVERY_MS);
    resources.defer(() => clearInterval(timer));
  }
  return { tell, [Symbol.dispose]: () => resources.dispose() };
}
