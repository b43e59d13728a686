/**
 * Candidate addresses: where a client says that it can be reached. Only an IP address with a port that a client can
 * listen on is accepted.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import * as v from "valibot";

/** Most candidates that one note may carry. */
export const MAX_CANDIDATES = 16;

/** Lowest port. Those below belong to system services (RFC 6335, section 6), so no client listens on them. */
const MIN_PORT = 1024;
const MAX_PORT = 65_535;
/** Longest IP literal. */
const MAX_HOST_CHARS = 45;

/** Ranges of ipaddr.js whose addresses do not denote a single other machine. */
const REFUSED_RANGES: ReadonlySet<string> = new Set([
  "unspecified",
  "broadcast",
  "multicast",
  "linkLocal",
]);

/** An address at which a client may be reached. */
export interface Candidate {
  /** An IPv4 or IPv6 literal in its shortest form, no brackets, no zone. */
  readonly host: string;
  /** The port it listens on, 1024 to 65535. */
  readonly port: number;
}

const candidateSchema = v.strictObject({
  host: v.pipe(
    v.string(),
    v.maxLength(MAX_HOST_CHARS),
    v.check((host) => toCandidateHost(host) === host, "no address to dial"),
  ),
  port: v.pipe(v.number(), v.integer(), v.minValue(MIN_PORT), v.maxValue(MAX_PORT)),
});

/** Whether `value` is a candidate that a note may carry. */
export function isCandidate(value: unknown): value is Candidate {
  return v.is(candidateSchema, value);
}

/** An address that other machines can dial, in its shortest form; undefined for any other text. */
export function toCandidateHost(text: string): string | undefined {
  if (text.includes("%")) return undefined; // a zone is meaningless on another machine
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.process(text); // ::ffff:192.0.2.1 is 192.0.2.1
  return REFUSED_RANGES.has(address.range()) ? undefined : address.toString();
}

/**
 * Formats an address for display: `192.0.2.1:4000`, `[2001:db8::1]:4000`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatAddress } from "./address.ts";
 * assert.equal(formatAddress({ host: "::ffff:192.0.2.1", port: 4000 }), "192.0.2.1:4000");
 * assert.equal(formatAddress({ host: "2001:db8::1", port: 4000 }), "[2001:db8::1]:4000");
 * ```
 */
export function formatAddress({ host, port }: Candidate): string {
  const shortest = toCandidateHost(host) ?? host;
  return shortest.includes(":") ? `[${shortest}]:${port}` : `${shortest}:${port}`;
}
