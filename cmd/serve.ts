/** `chat serve`: runs a server until it is stopped by a signal. @module */
import { getLogger } from "@logtape/logtape";
import { join } from "node:path";
import { messageOf } from "../core/ground/message_of.ts";
import { requireFolderIfExists } from "../core/ground/regular_file.ts";
import type { ServerCertificate } from "../core/identity/pem_pair.ts";
import { formatHostPort } from "../core/net/host_text.ts";
import { ALL_ADDRESSES, LOOPBACK_ADDRESSES } from "../core/net/listen_all.ts";
import { AdminError, adminSocketPath } from "../core/server/doors/admin/protocol.ts";
import { listenForAdmin } from "../core/server/doors/admin/socket.ts";
import { type ChatServer, startServer } from "../core/server/server.ts";
import { openStore } from "../core/store/sqlite/sqlite_store.ts";
import { type Store, StoreError } from "../core/store/store.ts";
import { addConfigFlag } from "./common/config.ts";
import { CommandFailed, EXIT_USAGE } from "./common/exit.ts";
import { loadOrMakePair } from "./serve/certificate.ts";
import { fitDescriptors } from "./serve/descriptors.ts";
import { explainListenError, TLS_ENGINES } from "./serve/engines.ts";
import { serveFlags, type ServeOptions } from "./serve/flags.ts";
import { openLog } from "./serve/log.ts";
import { readMotd } from "./serve/motd.ts";
import { revokeRunPermission } from "./serve/permissions.ts";
import { reload } from "./serve/reload.ts";
import { defaultServerName } from "./serve/server_name.ts";
import { waitForStop } from "./serve/signals.ts";
import { startLines } from "./serve/start_lines.ts";
import { serviceManagerOf } from "./serve/systemd.ts";

/** How long clients have to read the closing message before their connections are cut. */
const STOP_MS = 300;
const DAY_MS = 24 * 3_600_000;

const log = getLogger(["chat", "serve"]);

/** The command, for the tree in mod.ts. */
export function serveCommand() {
  const command = serveFlags().action((port, options) => serve(port, options));
  addConfigFlag(command);
  return command;
}

async function serve(port: number | undefined, options: ServeOptions): Promise<void> {
  if (port === undefined && options.plain === undefined) {
    throw new CommandFailed("Give a port, --plain PORT, or both", EXIT_USAGE);
  }
  revokeRunPermission();
  // All files it writes, rotated logs included, are readable by their owner only.
  if (Deno.build.os !== "windows") Deno.umask(0o077);
  await using _log = await openLog(options);
  const certificate = port === undefined ? undefined : await loadOrMakePair(options.certs);
  await using store = await openDatabase(options.data);
  const room = fitDescriptors(options);
  await using server = await open(store, { ...options, ...room, port, certificate });
  await using _admin = openAdminSocket(server, options);
  await using metrics = await openMetrics(server, options);
  const { slots } = server.context;
  const status = () => `${slots.used} of ${slots.total} slots in use`;
  using superior = serviceManagerOf(Deno.env, status);
  // Listen to signals before anything announces that the server is ready.
  const stopped = waitForStop(async () => {
    await superior.tell("reloading");
    await reload(server, options);
    await superior.tell("ready");
  });
  for (const line of startLines(server, certificate, options)) console.log(line);
  if (room.lowered !== undefined) console.log(`${room.lowered}.`);
  if (metrics) {
    console.log(`Metrics: http://${formatHostPort(options.metricsHost, metrics.port)}/metrics`);
  }
  log.info("started on port {port}", { port: server.port || server.plainPort });
  await superior.tell("ready");
  const signal = await stopped;
  log.info("stopping: {signal}", { signal });
  await superior.tell("stopping");
  await server.stop("Server is shutting down", STOP_MS);
}

interface OpenOptions extends ServeOptions {
  readonly port: number | undefined;
  readonly certificate: ServerCertificate | undefined;
  readonly refusals: number;
  readonly spare: number | undefined;
}

async function open(store: Store, options: OpenOptions): Promise<ChatServer> {
  const { host, port, certificate, plain, plainHost } = options;
  try {
    return await startServer({
      tls: port === undefined || !certificate ? undefined : {
        hostname: host ?? ALL_ADDRESSES,
        port,
        pair: certificate,
        listen: TLS_ENGINES[options.tlsEngine],
      },
      plain: plain === undefined ? undefined : {
        hostname: plainHost ?? LOOPBACK_ADDRESSES,
        port: plain,
      },
      store,
      dataFolder: options.data,
      slots: options.slots,
      refusals: options.refusals,
      spare: options.spare,
      guests: options.guests ?? false,
      limits: options.limits === "on",
      name: options.name ?? defaultServerName(certificate?.names ?? [], Deno.hostname()),
      keepHistoryMs: options.keepDays && options.keepDays * DAY_MS,
      keepHistoryBytes: options.keepBytes,
      motd: options.motd === undefined ? [] : await readMotd(options.motd),
    });
  } catch (error) {
    const places = [
      ...(port === undefined ? [] : [placeOf(host, port)]),
      ...(plain === undefined ? [] : [placeOf(plainHost, plain)]),
    ];
    throw explainListenError(error, places.join(" and "));
  }
}

function placeOf(host: string | undefined, port: number): string {
  return host === undefined ? `port ${port}` : formatHostPort(host, port);
}

async function openDatabase(dir: string): Promise<Store> {
  const path = join(dir, "chat.sqlite");
  try {
    await requireFolderIfExists(dir);
    await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
    return openStore(path);
  } catch (error) {
    if (error instanceof StoreError && error.fault === "locked") {
      const why = "database is locked, another server uses it";
      throw new CommandFailed(`Cannot use data folder ${dir}: ${why}`, 1, { cause: error });
    }
    if (error instanceof StoreError) throw new CommandFailed(error.message, 1, { cause: error });
    const reason = messageOf(error);
    throw new CommandFailed(`Cannot use data folder ${dir}: ${reason}`, 1, { cause: error });
  }
}

/** The server works without it: failures are only logged. */
function openAdminSocket({ context }: ChatServer, { data }: ServeOptions): AsyncDisposable | null {
  try {
    return listenForAdmin(context, adminSocketPath(data));
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    log.warn("chat admin is not available: {why}", { why: error.message });
    return null;
  }
}

async function openMetrics(
  server: ChatServer,
  { metrics: port, metricsHost: hostname }: ServeOptions,
) {
  if (port === undefined) return null;
  const { serveMetrics } = await import("../core/server/watch/metrics_door.ts");
  try {
    return await serveMetrics(server, { hostname, port });
  } catch (error) {
    throw explainListenError(error, formatHostPort(hostname, port));
  }
}
