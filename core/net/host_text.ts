/**
 * Parses and formats host names and addresses.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { isIP } from "node:net";

/**
 * The name or address in `text`: IPv6 without the brackets of URLs, in its shortest form, and as IPv4 if it is
 * IPv4-mapped.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseHost } from "./host_text.ts";
 * assert.equal(parseHost("[fe80::1%eth0]"), "fe80::1%eth0");
 * assert.equal(parseHost("::ffff:192.0.2.1"), "192.0.2.1");
 * assert.equal(parseHost("chat.example.org"), "chat.example.org");
 * ```
 */
export function parseHost(text: string): string {
  const [, inBrackets] = /^\[([^[\]]*)\]$/.exec(text.trim()) ?? [];
  const host = inBrackets ?? text.trim();
  const [address = "", ...zone] = host.split("%");
  if (!ipaddr.IPv6.isValid(address)) return host;
  return [ipaddr.process(address).toString(), ...zone].join("%");
}

/**
 * The host and the port in `text`, such as `chat.example.org:9000` or `[::1]:9000`; `undefined` when there is no port.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { splitHostPort } from "./host_text.ts";
 * assert.deepEqual(splitHostPort("[::1]:9000"), { host: "::1", port: "9000" });
 * assert.equal(splitHostPort("::1"), undefined);
 * ```
 */
export function splitHostPort(
  text: string,
): { readonly host: string; readonly port: string } | undefined {
  const [, host, port] = /^(\[[^[\]]*\]|[^:[\]]+):(\d+)$/.exec(text.trim()) ?? [];
  return host === undefined || port === undefined ? undefined : { host: parseHost(host), port };
}

/** Whether `host` is an IP address, with a zone or without. */
export function isAddress(host: string): boolean {
  return isIP(withoutZone(host)) !== 0;
}

/** The host without its zone: `fe80::1` for `fe80::1%eth0`. */
export function withoutZone(host: string): string {
  return host.replace(/%.*$/, "");
}

/** A host as in URLs: IPv6 addresses in brackets. */
export function formatHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** `host:port`, IPv6 addresses in brackets. */
export function formatHostPort(host: string, port: number): string {
  return `${formatHost(host)}:${port}`;
}
