/** The flags of `chat serve`. @module */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { parseHost } from "../../core/net/host_text.ts";
import { isLogLevel, LOG_LEVELS, type LogLevelName } from "../../core/log.ts";
import { parseSize } from "./size.ts";
import { TLS_ENGINES, type TlsEngine } from "./engines.ts";
import { isServerName } from "./server_name.ts";

/** Less is no database: accounts and rooms have to fit as well. */
const MIN_KEPT_BYTES = 1024 ** 2;

/** What the flags say. */
export interface ServeOptions {
  readonly host?: string | undefined;
  readonly plain?: number | undefined;
  readonly plainHost?: string | undefined;
  readonly name?: string | undefined;
  readonly slots: number;
  readonly certs: string;
  readonly data: string;
  readonly guests?: true | undefined;
  readonly tlsEngine: TlsEngine;
  readonly limits: "on" | "off";
  readonly motd?: string | undefined;
  readonly keepDays?: number | undefined;
  readonly keepBytes?: number | undefined;
  readonly metrics?: number | undefined;
  readonly metricsHost: string;
  readonly logLevel?: LogLevelName | undefined;
  readonly logFormat: "text" | "json";
  readonly logFile?: string | undefined;
  readonly logMessages?: true | undefined;
}

/** The command and its flags, without what it does. */
export function serveFlags() {
  return new Command("serve")
    .description("Run a chat server.")
    .argument(
      "[port]",
      "TCP port for TLS: `chat connect`, IRC clients, openssl s_client",
      parsePort,
    )
    .option(
      "--host <address>",
      "the address to listen on (default: all, of IPv4 and IPv6)",
      parseHost,
    )
    .option(
      "--plain <port>",
      "a port without encryption, TCP and UDP, for nc and the like",
      parsePort,
    )
    .option(
      "--plain-host <address>",
      "the address of the port without encryption (default: this machine only)",
      parseHost,
    )
    .option(
      "--name <host>",
      "the server's name, as IRC clients show it " +
        "(default: the certificate's first with a dot, else the machine's)",
      parseServerName,
    )
    .option("--slots <n>", "connections at once", parseCount, 20)
    .option("--certs <dir>", "the folder of cert.pem and key.pem", "certs")
    .option("--data <dir>", "the folder of the database, and of the socket for chat admin", "data")
    .option("--guests", "let people without an account join and speak")
    .addOption(
      new Option("--tls-engine <name>", "which TLS library listens")
        .choices(Object.keys(TLS_ENGINES) as TlsEngine[]).default("node" as const),
    )
    .addOption(
      new Option("--limits <on|off>", "throttles and per-address limits; off is for load tests")
        .choices(["on", "off"] as const).default("on" as const),
    )
    .option("--motd <file>", "the message of the day")
    .option(
      "--keep-days <n>",
      "forget what was said in rooms after so many days (default: never)",
      parseCount,
    )
    .option(
      "--keep-bytes <size>",
      "forget what was said first once the database is larger, e.g. 500M or 2G (default: never)",
      parseKeptBytes,
    )
    .option("--metrics <port>", "a port for /metrics (Prometheus), /healthz, /readyz", parsePort)
    .option(
      "--metrics-host <address>",
      "the address of the port for metrics",
      parseHost,
      "127.0.0.1",
    )
    .option(
      "--log-level <level>",
      `least severity that is logged: ${LOG_LEVELS.join(", ")} ` +
        "(default: warning on a terminal, else info)",
      parseLevel,
    )
    .addOption(
      new Option("--log-format <format>", "what a line of the log is")
        .choices(["text", "json"] as const).default("text" as const),
    )
    .option("--log-file <file>", "log to this file as well; it is put aside when it is large")
    .option("--log-messages", "log what is said in rooms too")
    .addHelpText(
      "after",
      "\nSIGHUP reads the certificate and the message of the day again; nobody is disconnected.",
    );
}

function parseServerName(text: string): string {
  if (isServerName(text)) return text;
  throw new InvalidArgumentError("It must be a host name with a dot, such as chat.example.org.");
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

function parseKeptBytes(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined && bytes >= MIN_KEPT_BYTES) return bytes;
  throw new InvalidArgumentError("It is not a size of 1M or more, such as 500M or 2G.");
}

function parseLevel(text: string): LogLevelName {
  if (isLogLevel(text)) return text;
  throw new InvalidArgumentError(`It is none of ${LOG_LEVELS.join(", ")}.`);
}
