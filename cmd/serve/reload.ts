/** Reloads the certificate and the message of the day of a running server. @module */
import { getLogger } from "@logtape/logtape";
import { messageOf } from "../../core/ground/message_of.ts";
import { loadPemPair } from "../../core/identity/pem_pair.ts";
import type { ChatServer } from "../../core/server/server.ts";
import type { ServeOptions } from "./flags.ts";
import { readMotd } from "./motd.ts";

const log = getLogger(["chat", "serve"]);

/** Reloads both files; on an error the current value stays, and the error is logged. */
export async function reload(
  server: ChatServer,
  { certs, motd }: Pick<ServeOptions, "certs" | "motd">,
): Promise<void> {
  if (server.port !== 0) {
    await attempt("certificate", async () => {
      const pair = await loadPemPair(certs);
      if (server.replaceCertificate(pair)) {
        log.info("certificate reloaded: {fingerprint}", { fingerprint: pair.fingerprint });
      } else log.warn("certificate not reloaded: --tls-engine deno needs a restart for that");
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
    const why = messageOf(error);
    log.error("{what} not reloaded: {why}", { what, why });
  }
}
