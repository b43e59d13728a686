/** Keeping systemd informed, where it has started the server. @module */
import { getLogger } from "@logtape/logtape";
import {
  keepWatchdog,
  notifyService,
  serviceManager,
  type ServiceState,
} from "../../core/service/notify.ts";

const log = getLogger(["chat", "serve"]);

/** Tells the service manager how the server is; disposing it ends the signs of life. */
export interface Superior extends Disposable {
  /** Never fails: what goes wrong is logged. */
  tell(state: ServiceState, status?: string): Promise<void>;
}

/** Reads from the environment whether there is a service manager, and what it wants. */
export function serviceManagerOf(env: Pick<Deno.Env, "get">): Superior {
  const manager = serviceManager(env, Deno.pid);
  const failed = (error: unknown) => log.warn("systemd cannot be told: {error}", { error });
  const watchdog = keepWatchdog(manager, failed);
  return {
    async tell(state, status) {
      await notifyService(manager, state, status).catch(failed);
    },
    [Symbol.dispose]: () => watchdog[Symbol.dispose](),
  };
}
