/**
 * Hosts as people write them.
 *
 * @module
 */

/**
 * The name or address in `text`, without the brackets that an IPv6 address has in URLs.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseHost } from "./host_text.ts";
 * assert.equal(parseHost("[fe80::1%eth0]"), "fe80::1%eth0");
 * assert.equal(parseHost("chat.example.org"), "chat.example.org");
 * ```
 */
export function parseHost(text: string): string {
  const [, address] = /^\[([^[\]]*:[^[\]]*)\]$/.exec(text.trim()) ?? [];
  return address ?? text.trim();
}

/** A host and a port for people: IPv6 addresses in brackets. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
