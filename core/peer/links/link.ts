/**
 * A link between two clients, as its users see it.
 *
 * @module
 */
import type { MinorVersion } from "./hello.ts";
import type { ByteSink, ByteSource, LinkReader } from "./json_lines.ts";

/** The purpose of a link. */
export type Purpose = "text" | "file" | "stream";

/** The connection of a link; every `Deno.Conn` is one. */
export interface LinkConn extends ByteSource, ByteSink, Disposable {
  /** Closes the connection; pending reads and writes end or fail. */
  close(): void;
}

/**
 * One TLS connection to another client, after the hello: both sides have proved their keys. Users read from `reader`
 * (never from `conn`: the reader may have read ahead) and write to `conn`.
 */
export interface PeerLink extends AsyncDisposable {
  /** The other side's account. */
  readonly account: string;
  /** Its purpose. */
  readonly purpose: Purpose;
  /** The other side's pin: SHA-256 of its public key (SPKI), as `pinOf` writes it. */
  readonly pin: string;
  /** Whether the account's key was pinned for this link, because it was never seen before. */
  readonly firstSeen: boolean;
  /** Whether this side called `open()`, no matter which side dialed. */
  readonly caller: boolean;
  /** Directly from machine to machine, or through the server's relay (which sees only ciphertext). */
  readonly via: "direct" | "relay";
  /** The other end's address, as `192.0.2.1:4000` or `[2001:db8::1]:4000`. */
  readonly remote: string;
  /** The minor version of the protocol that both clients support: from 1 on, text links carry notes. */
  readonly minor: MinorVersion;
  /** For writing and closing. */
  readonly conn: LinkConn;
  /** For reading, positioned after the hello. */
  readonly reader: LinkReader;
}
