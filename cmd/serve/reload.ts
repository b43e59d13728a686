/** Reading the certificate and the message of the day again, while the server runs. @module */
import { getLogger } from "@logtape/logtape";
import { loadPemPair } from "../../core/identity/pem_pair.ts";
import type { ChatServer } from "../../core/server/server.ts";
import type { ServeOptions } from "./flags.ts";
import { readMotd } from "./motd.ts";

const log = getLogger(["chat", "serve"]);

/** Takes what is good of the files; what is not is logged, and stays as it was. */
export async function reload(
  server: ChatServer,
  { certs, motd }: Pick<ServeOptions, "certs" | "motd">,
): Promise<void> {
  if (server.port !== 0) {
    await attempt("certificate", async () => {
      const pair = await loadPemPair(certs);
      if (server.replaceCertificate(pair)) {
        log.info("certificate reloaded: {fingerprint}", { fingerprint: pair.fingerprint });
      } else log.warn("certificate stays: --tls-engine deno can change it only by a new start");
    });
  }
  if (motd !== undefined) {
    await attempt("message of the day", async () => {
      server.setMotd(await readMotd(motd));
      log.info("message of the day reloaded");
    });
  }
}

async function attempt(what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.error("{what} stays as it was: {why}", { what, why });
  }
}
