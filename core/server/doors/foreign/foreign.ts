/**
 * The door for unsupported protocols, detected by their first bytes: the client gets an answer in its own protocol, and is
 * not mistaken for a person who types.
 *
 * @module
 */
import { answerOnce, type SingleAnswer } from "../answer_once.ts";
import { closingLine, type Door, type DoorClaim } from "../door.ts";
import { claimWord, openingWord } from "../opening_word.ts";

/** An unsupported protocol. */
export type ForeignProtocol = "TLS" | "PROXY protocol" | "SSH" | "SMTP" | "binary";

/** https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt, section 2.2. */
const PROXY_V2 = "\r\n\r\n\0\r\nQUIT\n";
/** A bind request (RFC 4511, section 4.2), which begins with a printable zero. */
const LDAP_BIND = "0\x0c\x02";
const BEGINNINGS = [PROXY_V2, LDAP_BIND];
/** First words that have to be complete before a decision. */
const FOREIGN_WORDS = ["PROXY", "SSH-2.0", "EHLO", "HELO", "LHLO"];
/** A fatal alert, `protocol_version` (RFC 8446, section 6): what a TLS client understands. */
const TLS_ALERT = Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46);

const encoder = new TextEncoder();

/**
 * Detects an unsupported protocol by its first bytes.
 *
 * @returns "maybe" while more bytes are needed; `undefined` if it is none of these.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foreignProtocol } from "./foreign.ts";
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * assert.equal(foreignProtocol(bytes("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n")), "PROXY protocol");
 * assert.equal(foreignProtocol(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00)), "TLS");
 * assert.equal(foreignProtocol(bytes("\r\n")), "maybe");
 * assert.equal(foreignProtocol(bytes("hello all\r\n")), undefined);
 * ```
 */
export function foreignProtocol(bytes: Uint8Array): ForeignProtocol | "maybe" | undefined {
  if (bytes[0] === 0x16) return bytes.length < 2 ? "maybe" : bytes[1] === 0x03 ? "TLS" : "binary";
  const text = String.fromCharCode(...bytes.subarray(0, 64));
  if (text.startsWith(PROXY_V2)) return "PROXY protocol";
  if (text !== "" && BEGINNINGS.some((whole) => whole.startsWith(text))) return "maybe";
  if (/^(PROXY|EHLO|HELO|LHLO) \S*$/.test(text)) return "maybe";
  if (/^PROXY (TCP[46]|UNKNOWN)\b/.test(text)) return "PROXY protocol";
  if (/^SSH-\d/.test(text)) return "SSH";
  if (/^(EHLO|HELO|LHLO) \S/.test(text)) return "SMTP";
  // Control characters that neither a person nor a telnet client sends first.
  // deno-lint-ignore no-control-regex -- the pattern is about control characters
  return /^[\r\n]*[\x00-\x06\x0e-\x1a\x1c-\x1f]/.test(text) || text.startsWith(LDAP_BIND)
    ? "binary"
    : undefined;
}

/** The door for unsupported protocols. */
export const FOREIGN_DOOR: Door = {
  name: "foreign",
  alpn: [],
  claims(first): DoorClaim {
    const foreign = foreignProtocol(first);
    if (foreign !== undefined) return foreign === "maybe" ? "more" : "yes";
    return claimWord(openingWord(first), FOREIGN_WORDS) === "more" ? "more" : "no";
  },
  claimsLate(first) {
    const foreign = foreignProtocol(first);
    return foreign !== undefined && foreign !== "maybe";
  },
  open: (arrival) => answerOnce(arrival, answerForeign),
  refuse: closingLine,
};

/** Answers in the client's protocol that this is a chat server. */
function answerForeign(first: Uint8Array): SingleAnswer {
  const found = foreignProtocol(first);
  const protocol = found === undefined || found === "maybe" ? "binary" : found;
  return { bytes: answerTo(protocol), reason: `spoke ${protocol}` };
}

function answerTo(protocol: ForeignProtocol): Uint8Array {
  switch (protocol) {
    case "TLS":
      return TLS_ALERT;
    case "SMTP":
      return encoder.encode("554 This is a chat server, not a mail server\r\n");
    case "SSH":
    case "PROXY protocol":
    case "binary":
      return encoder.encode(closingLine(`${protocol} is not spoken here`));
  }
}
