/**
 * Candidate addresses: where a client may be reached, as it says itself. Nothing here is believed
 * that is not an IP address and a port a client could really listen on.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import * as v from "valibot";

/** Most candidates that one note may carry. */
export const MAX_CANDIDATES = 16;

/** Below are the system's own services (RFC 6335, section 6), which no client listens on. */
const MIN_PORT = 1024;
const MAX_PORT = 65_535;
/** Longest IP literal. */
const MAX_HOST_CHARS = 45;

/** Ranges of ipaddr.js that are no single other machine. */
const REFUSED_RANGES: ReadonlySet<string> = new Set([
  "unspecified",
  "broadcast",
  "multicast",
  "linkLocal",
]);

/** One place where a client may be reached. */
export interface Candidate {
  /** An IPv4 or IPv6 literal in its shortest form, no brackets, no zone. */
  readonly host: string;
  /** Where it listens, 1024 to 65535. */
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

/** Whether that is a candidate as a note may carry it. */
export function isCandidate(value: unknown): value is Candidate {
  return v.is(candidateSchema, value);
}

/** An address that other machines can dial, in its shortest form; undefined for any other text. */
export function toCandidateHost(text: string): string | undefined {
  if (text.includes("%")) return undefined; // a zone means nothing on another machine
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.process(text); // ::ffff:192.0.2.1 is 192.0.2.1
  return REFUSED_RANGES.has(address.range()) ? undefined : address.toString();
}

/**
 * An address for people: `192.0.2.1:4000`, `[2001:db8::1]:4000`.
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
