/**
 * The first line in each direction on a new link. TLS has proved the listener's key; the hello proves the dialer's key,
 * and that it was invited.
 *
 * @module
 */
import { createPrivateKey, sign, verify } from "node:crypto";
import * as v from "valibot";
import type { PeerCertificate } from "./certificate.ts";
import { type HelloRefusal, PeerError, ProtocolError } from "./errors.ts";
import { type ByteSink, type LinkReader, writeJson } from "./json_lines.ts";

/** ALPN of a peer link (RFC 7301), and the first bytes of what a hello signs. */
export const PEER_PROTOCOL = "chat-peer/1";

/** ALPN of a client that supports the additions: notes over text links, the disk space that an offer takes. */
const PEER_PROTOCOL_1_1 = "chat-peer/1.1";

/** The ALPN protocols that a dialer offers and a listener accepts, preferred first. */
export const PEER_ALPN: readonly string[] = [PEER_PROTOCOL_1_1, PEER_PROTOCOL];

/** The minor version that two clients have agreed on. */
export type MinorVersion = 0 | 1;

/** The minor version of an ALPN of {@linkcode PEER_ALPN}. */
export function minorOf(alpn: string): MinorVersion {
  return alpn === PEER_PROTOCOL_1_1 ? 1 : 0;
}

/** Longest hello or answer, in bytes. Ours have about 200. */
export const MAX_HELLO_BYTES = 512;

/** The dialer's line. */
export interface Hello {
  /** The protocol and its version. */
  readonly hello: typeof PEER_PROTOCOL;
  /** The ticket of the invitation: 32 bytes, base64url. */
  readonly ticket: string;
  /** ECDSA with SHA-256 over {@linkcode helloBytes}: r and s, 64 bytes, base64url. */
  readonly signature: string;
}

const helloSchema: v.GenericSchema<unknown, Hello> = v.strictObject({
  hello: v.literal(PEER_PROTOCOL),
  ticket: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
  signature: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/)),
});

const answerSchema = v.variant("answer", [
  v.strictObject({ answer: v.literal("ok") }),
  v.strictObject({
    answer: v.literal("refused"),
    reason: v.picklist(["ticket", "proof", "taken", "untrusted"]),
  }),
]);

/** What a hello binds together: the ticket, and both certificates as SHA-256 of the DER. */
export interface HelloBinding {
  /** 32 bytes, base64url. */
  readonly ticket: string;
  /** The listener's. */
  readonly listenerSha256: Uint8Array;
  /** The dialer's. */
  readonly dialerSha256: Uint8Array;
}

/**
 * What a hello signs: `chat-peer/1`, the ticket's 32 bytes, and the SHA-256 of the listener's and
 * of the dialer's certificate, one after the other. Every part has a fixed length (11 + 3 * 32).
 */
export function helloBytes({ ticket, listenerSha256, dialerSha256 }: HelloBinding): Uint8Array {
  const name = new TextEncoder().encode(PEER_PROTOCOL);
  const raw = Uint8Array.fromBase64(ticket, { alphabet: "base64url" });
  return new Uint8Array([...name, ...raw, ...listenerSha256, ...dialerSha256]);
}

/** Makes the dialer's line. */
export function makeHello(keyPem: string, binding: HelloBinding): Hello {
  const key = { key: createPrivateKey(keyPem), dsaEncoding: "ieee-p1363" } as const;
  const signature = Uint8Array.from(sign("sha256", helloBytes(binding), key))
    .toBase64({ alphabet: "base64url", omitPadding: true });
  return { hello: PEER_PROTOCOL, ticket: binding.ticket, signature };
}

/** Whether this hello was signed by the invited key for this listener. */
export function isProved(
  hello: Hello,
  dialer: PeerCertificate,
  listenerSha256: Uint8Array,
): boolean {
  const bytes = helloBytes({ ticket: hello.ticket, listenerSha256, dialerSha256: dialer.sha256 });
  const signature = Uint8Array.fromBase64(hello.signature, { alphabet: "base64url" });
  return verify(
    "sha256",
    bytes,
    { key: dialer.publicKey, dsaEncoding: "ieee-p1363" },
    signature,
  );
}

/**
 * Reads the dialer's line.
 *
 * @throws {ProtocolError} When it is invalid, or the link ends first.
 */
export async function readHello(reader: LinkReader): Promise<Hello> {
  const hello = await reader.readJson(helloSchema, MAX_HELLO_BYTES);
  if (hello === null) throw new ProtocolError("cut", "The link ended before a hello");
  return hello;
}

/** Accepts the dialer, or refuses it with the reason. */
export async function answerHello(sink: ByteSink, refusal?: HelloRefusal): Promise<void> {
  await writeJson(sink, refusal ? { answer: "refused", reason: refusal } : { answer: "ok" });
}

/**
 * Sends the hello and waits for the answer.
 *
 * @throws {PeerError} `refused`.
 * @throws {ProtocolError} When the answer is invalid.
 */
export async function sayHello(sink: ByteSink, reader: LinkReader, hello: Hello): Promise<void> {
  await writeJson(sink, hello);
  const answer = await reader.readJson(answerSchema, MAX_HELLO_BYTES);
  if (answer === null) throw new ProtocolError("cut", "The link ended before the answer");
  if (answer.answer === "refused") {
    throw new PeerError({ kind: "hello-refused", reason: answer.reason });
  }
}
