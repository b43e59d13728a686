/** `chat serve`: runs a server until it is told to stop. @module */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { join } from "node:path";
import { IdentityError } from "../core/identity/identity_error.ts";
import { LOCAL_NAMES, makeCertificate } from "../core/identity/make_certificate.ts";
import { loadPemPair, type ServerCertificate, writePemPair } from "../core/identity/pem_pair.ts";
import { configureLog, isLogLevel, LOG_LEVELS, type LogLevelName } from "../core/log.ts";
import { type ChatServer, startServer } from "../core/server/server.ts";
import { openStore } from "../core/store/sqlite_store.ts";
import { StoreError } from "../core/store/store.ts";
import { CommandFailed, EXIT_USAGE } from "./exit.ts";
import { explainListenError, TLS_ENGINES, type TlsEngine } from "./serve/engines.ts";
import { readMotd } from "./serve/motd.ts";

/** Within this time a server that is told to stop is gone. */
const STOP_MS = 3_000;

interface ServeOptions {
  readonly host: string;
  readonly plain?: number | undefined;
  readonly plainHost: string;
  readonly slots: number;
  readonly certs: string;
  readonly data: string;
  readonly guests?: true | undefined;
  readonly tlsEngine: TlsEngine;
  readonly limits: "on" | "off";
  readonly logLevel: LogLevelName;
  readonly motd?: string | undefined;
}

/** The command, for the tree in mod.ts. */
export function serveCommand() {
  return new Command("serve")
    .description("Run a chat server.")
    .argument(
      "[port]",
      "TCP port for TLS: `chat connect`, IRC clients, openssl s_client",
      parsePort,
    )
    .option("--host <address>", "the address to listen on", "0.0.0.0")
    .option(
      "--plain <port>",
      "a port without encryption, TCP and UDP, for nc and the like",
      parsePort,
    )
    .option("--plain-host <address>", "the address of the port without encryption", "127.0.0.1")
    .option("--slots <n>", "connections at once", parseCount, 20)
    .option("--certs <dir>", "the folder of cert.pem and key.pem", "certs")
    .option("--data <dir>", "the folder of the database", "data")
    .option("--guests", "let people without an account join and speak")
    .addOption(
      new Option("--tls-engine <name>", "which TLS library listens")
        .choices(Object.keys(TLS_ENGINES) as TlsEngine[]).default("node" as const),
    )
    .addOption(
      new Option("--limits <on|off>", "throttles and per-address limits; off is for load tests")
        .choices(["on", "off"] as const).default("on" as const),
    )
    .option(
      "--log-level <level>",
      `least severity that is logged: ${LOG_LEVELS.join(", ")}`,
      parseLevel,
      "warning" as const,
    )
    .option("--motd <file>", "the message of the day")
    .action((port, options) => serve(port, options));
}

async function serve(port: number | undefined, options: ServeOptions): Promise<void> {
  if (port === undefined && options.plain === undefined) {
    throw new CommandFailed("Give a port, --plain PORT, or both", EXIT_USAGE);
  }
  await using _log = await configureLog({
    write: (line) => void Deno.stderr.writeSync(new TextEncoder().encode(line)),
    level: options.logLevel,
    format: "text",
  });
  const certificate = port === undefined ? undefined : await loadOrMakePair(options.certs);
  const motd = options.motd === undefined ? [] : await readMotd(options.motd);
  using store = await openDatabase(options.data);
  const server = await startServer({
    tls: port === undefined || !certificate ? undefined : {
      hostname: options.host,
      port,
      pair: certificate,
      listen: TLS_ENGINES[options.tlsEngine],
    },
    plain: options.plain === undefined
      ? undefined
      : { hostname: options.plainHost, port: options.plain },
    store,
    slots: options.slots,
    guests: options.guests ?? false,
    limits: options.limits === "on",
    name: Deno.hostname().replace(/[^A-Za-z0-9.-]/g, "") || "chat.local",
    motd,
  }).catch((error: unknown) => {
    throw explainListenError(error, wheres(port, options));
  });
  announce(server, certificate, options);
  await stopSignal();
  await server.stop("Server is shutting down", STOP_MS);
}

function wheres(port: number | undefined, { host, plain, plainHost }: ServeOptions): string {
  const places = [
    ...(port === undefined ? [] : [`${host}:${port}`]),
    ...(plain === undefined ? [] : [`${plainHost}:${plain}`]),
  ];
  return places.join(" and ");
}

/** What a person at the console needs: the port, the fingerprint, and how to come in. */
function announce(
  { port, plainPort }: ChatServer,
  certificate: ServerCertificate | undefined,
  { limits, guests, plain, plainHost }: ServeOptions,
): void {
  console.log(`Chat server started on port ${port || plainPort}.`);
  if (certificate) {
    console.log(`Certificate SHA-256 fingerprint: ${certificate.fingerprint}`);
    if (certificate.expiresSoon) {
      console.log(`The certificate expires on ${certificate.notAfter.toISOString().slice(0, 10)}.`);
    }
    const host = certificate.names.find((name) => !LOCAL_NAMES.includes(name)) ?? "localhost";
    console.log(`Connect with: chat connect ${host} ${port}`);
  }
  if (plain !== undefined) {
    console.log(`Port ${plainPort} on ${plainHost} is not encrypted: nc ${plainHost} ${plainPort}`);
  }
  if (guests) console.log("Guests may join and speak without an account.");
  if (limits === "off") console.log("Limits are off: use this for load tests only.");
}

async function loadOrMakePair(dir: string): Promise<ServerCertificate> {
  try {
    return await loadPemPair(dir);
  } catch (error) {
    if (!(error instanceof IdentityError) || error.fault !== "missing") throw error;
  }
  const { certPath } = await writePemPair(
    dir,
    await makeCertificate({ names: LOCAL_NAMES, days: 365 }),
  );
  console.log(`No certificate in ${dir}: made a self-signed one, ${certPath}.`);
  return loadPemPair(dir);
}

async function openDatabase(dir: string) {
  const path = join(dir, "chat.sqlite");
  try {
    await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
    return openStore(path);
  } catch (error) {
    if (error instanceof StoreError) throw new CommandFailed(error.message, 1, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(`Cannot use data folder ${dir}: ${reason}`, 1, { cause: error });
  }
}

/** Resolves at SIGINT or SIGTERM. */
async function stopSignal(): Promise<void> {
  const stop = Promise.withResolvers<void>();
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, stop.resolve);
  await stop.promise;
  for (const signal of signals) Deno.removeSignalListener(signal, stop.resolve);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It is not a port from 0 to 65535.");
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 1_000_000) return count;
  throw new InvalidArgumentError("It is not a whole number from 1 to 1000000.");
}

function parseLevel(text: string): LogLevelName {
  if (isLogLevel(text)) return text;
  throw new InvalidArgumentError(`It is none of ${LOG_LEVELS.join(", ")}.`);
}
