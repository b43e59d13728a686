/** A server's address on the command line: `HOST PORT` or `HOST:PORT`. @module */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseHost, splitHostPort } from "../../core/net/host_text.ts";
import { CommandFailed, EXIT_USAGE } from "./exit.ts";

/** Help text of the first argument. */
export const HOST_ARGUMENT = "its name or address, or both as HOST:PORT";

/**
 * Combines the two arguments; IPv6 addresses with or without brackets.
 *
 * @throws {CommandFailed} When the host is invalid, or there is no port, or two.
 */
export function serverAddress(
  text: string,
  port: number | undefined,
): { readonly host: string; readonly port: number } {
  const split = splitHostPort(text);
  if (split && port !== undefined) {
    throw new CommandFailed(`Give one port: ${split.port} or ${port}`, EXIT_USAGE);
  }
  const host = split?.host ?? parseHost(text);
  if (host === "" || /[\s[\]]/.test(host)) {
    throw new CommandFailed(`${JSON.stringify(text)} is not a host name or address`, EXIT_USAGE);
  }
  if (split && !isServerPort(split.port)) {
    throw new CommandFailed(`${split.port} is not a port number (1-65535)`, EXIT_USAGE);
  }
  const found = split ? Number(split.port) : port;
  if (found === undefined) throw new CommandFailed("Give a port after the host", EXIT_USAGE);
  return { host, port: found };
}

/** Parses a port number (1-65535). @throws {InvalidArgumentError} For anything else. */
export function parseServerPort(text: string): number {
  if (isServerPort(text)) return Number(text);
  throw new InvalidArgumentError("It must be a port number (1-65535).");
}

function isServerPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
