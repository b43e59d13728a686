/** The flags of `chat serve`. @module */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { isLogLevel, LOG_LEVELS, type LogLevelName } from "../../core/ground/log.ts";
import { parseHost } from "../../core/net/host_text.ts";
import { wholeNumber } from "../common/whole_number.ts";
import { TLS_ENGINES, type TlsEngine } from "./engines.ts";
import { isServerName } from "./server_name.ts";
import { parseSize } from "./size.ts";

/** Accounts and rooms have to fit as well. */
const MIN_KEPT_BYTES = 1024 ** 2;

/** Port 0 lets the system choose one. */
const parsePort = wholeNumber(0, 65_535, "port number");
const parseCount = wholeNumber(1, 1_000_000);

/** Parsed flags of `chat serve`. */
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

/** The command and its flags, without an action. */
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
      "address to listen on (default: all addresses, IPv4 and IPv6)",
      parseHost,
    )
    .option(
      "--plain <port>",
      "unencrypted port, TCP and UDP, for nc and similar tools",
      parsePort,
    )
    .option(
      "--plain-host <address>",
      "address of the unencrypted port (default: this machine only)",
      parseHost,
    )
    .option(
      "--name <host>",
      "server name shown by IRC clients " +
        "(default: first name in the certificate that has a dot, else the host name)",
      parseServerName,
    )
    .option("--slots <n>", "maximum number of connections", parseCount, 20)
    .option("--certs <dir>", "folder of cert.pem and key.pem", "certs")
    .option("--data <dir>", "folder of the database and of the socket for chat admin", "data")
    .option("--guests", "let people without an account join and speak")
    .addOption(
      new Option("--tls-engine <name>", "TLS library to listen with")
        .choices(Object.keys(TLS_ENGINES) as TlsEngine[]).default("node" as const),
    )
    .addOption(
      new Option("--limits <on|off>", "rate limits and per-address limits; off is for load tests")
        .choices(["on", "off"] as const).default("on" as const),
    )
    .option("--motd <file>", "file with the message of the day")
    .option(
      "--keep-days <n>",
      "delete room messages older than this many days (default: never)",
      parseCount,
    )
    .option(
      "--keep-bytes <size>",
      "delete the oldest room messages when the database is larger, e.g. 500M or 2G (default: never)",
      parseKeptBytes,
    )
    .option("--metrics <port>", "port for /metrics (Prometheus), /healthz, /readyz", parsePort)
    .option(
      "--metrics-host <address>",
      "address of the metrics port",
      parseHost,
      "127.0.0.1",
    )
    .option(
      "--log-level <level>",
      `lowest severity to log: ${LOG_LEVELS.join(", ")} ` +
        "(default: warning on a terminal, else info)",
      parseLevel,
    )
    .addOption(
      new Option("--log-format <format>", "format of log lines")
        .choices(["text", "json"] as const).default("text" as const),
    )
    .option("--log-file <file>", "also log to this file; it is rotated when it is large")
    .option("--log-messages", "also log room messages")
    .addHelpText(
      "after",
      "\nSIGHUP reloads the certificate and the message of the day; connections stay open.",
    );
}

function parseServerName(text: string): string {
  if (isServerName(text)) return text;
  throw new InvalidArgumentError("It must be a host name with a dot, such as chat.example.org.");
}

function parseKeptBytes(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined && bytes >= MIN_KEPT_BYTES) return bytes;
  throw new InvalidArgumentError("It must be a size of at least 1M, such as 500M or 2G.");
}

function parseLevel(text: string): LogLevelName {
  if (isLogLevel(text)) return text;
  throw new InvalidArgumentError(`It must be one of ${LOG_LEVELS.join(", ")}.`);
}
