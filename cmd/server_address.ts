/** Where a server is, as a command line says it: `HOST PORT` or `HOST:PORT`. @module */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseHost, splitHostPort } from "../core/net/host_text.ts";
import { CommandFailed, EXIT_USAGE } from "./exit.ts";

/** What to say of a command's first argument. */
export const HOST_ARGUMENT = "its name or address, or both as HOST:PORT";

/**
 * Puts the two arguments together; addresses of IPv6 with or without brackets.
 *
 * @throws {CommandFailed} When there is no port, or two.
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
    throw new CommandFailed(`${split.port} is not a port from 1 to 65535`, EXIT_USAGE);
  }
  const found = split ? Number(split.port) : port;
  if (found === undefined) throw new CommandFailed("Give a port after the host", EXIT_USAGE);
  return { host, port: found };
}

/** A port that can be connected to. @throws {InvalidArgumentError} For anything else. */
export function parseServerPort(text: string): number {
  if (isServerPort(text)) return Number(text);
  throw new InvalidArgumentError("It must be a port number (1-65535).");
}

function isServerPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
