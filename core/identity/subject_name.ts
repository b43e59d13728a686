/** Subject alternative names of certificates: host names and IP addresses. @module */
import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import ipaddr from "ipaddr.js";

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** Longest host name (RFC 1035, section 2.3.4, without the root's dot). */
const MAX_HOST_NAME = 253;

/** A subject alternative name (RFC 5280, section 4.2.1.6). */
export interface SubjectName {
  /** A host name or an IP address. */
  readonly type: "dns" | "ip";
  /** A host name in lower-case ASCII, or an IP address in its shortest form. */
  readonly value: string;
}

/**
 * Parses a host name (with an optional `*.`; other scripts become Punycode), an IPv4 address or an IPv6
 * address (with optional square brackets). Undefined when `text` is none of these.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { toSubjectName } from "./subject_name.ts";
 * assert.deepEqual(toSubjectName("Chat.Example."), { type: "dns", value: "chat.example" });
 * assert.deepEqual(toSubjectName("[0:0::1]"), { type: "ip", value: "::1" });
 * assert.equal(toSubjectName("chat.example:9000"), undefined);
 * ```
 */
export function toSubjectName(text: string): SubjectName | undefined {
  const address = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) !== 0 && !address.includes("%")) {
    return { type: "ip", value: ipaddr.parse(address).toString() };
  }
  const value = toHostName(text);
  return value === undefined ? undefined : { type: "dns", value };
}

function toHostName(text: string): string | undefined {
  // deno-lint-ignore no-control-regex -- everything outside ASCII
  const ascii = /^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : domainToASCII(text);
  const name = ascii.replace(/\.$/, "");
  const labels = name.replace(/^\*\.(?=.*\.)/, "").split(".");
  // A name whose last label is a number is an invalid address (WHATWG URL, "ends in a number").
  const isName = name.length <= MAX_HOST_NAME && labels.every((label) => LABEL.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? "");
  return isName ? name : undefined;
}
