/**
 * What a link between two clients is, for those who use one.
 *
 * @module
 */
import type { MinorVersion } from "./hello.ts";
import type { ByteSink, ByteSource, LinkReader } from "./json_lines.ts";

/** What one link is for. */
export type Purpose = "text" | "file" | "stream";

/** The connection of a link; every `Deno.Conn` is one. */
export interface LinkConn extends ByteSource, ByteSink, Disposable {
  /** Ends it; what still reads or writes fails or ends. */
  close(): void;
}

/**
 * One TLS connection to another client, both sides proved, the hello done. Its user reads from
 * `reader` (never from `conn`: bytes that came together with the hello wait in the reader) and
 * writes to `conn`.
 */
export interface PeerLink extends AsyncDisposable {
  /** The other side's account. */
  readonly account: string;
  /** What it is for. */
  readonly purpose: Purpose;
  /** The other side's pin: SHA-256 of its public key (SPKI), as `pinOf` writes it. */
  readonly pin: string;
  /** Whether this was the first time we saw the account, so that its key was pinned just now. */
  readonly firstSeen: boolean;
  /** Whether this side called `open()`. It says nothing of who dialed whom. */
  readonly caller: boolean;
  /** Straight from machine to machine, or through the server's relay (which sees only ciphertext). */
  readonly via: "direct" | "relay";
  /** The other end's address, as `192.0.2.1:4000` or `[2001:db8::1]:4000`. */
  readonly remote: string;
  /** The minor version of the protocol that both clients know: from 1 on, text links carry notes. */
  readonly minor: MinorVersion;
  /** For writing and closing. */
  readonly conn: LinkConn;
  /** For reading, positioned after the hello. */
  readonly reader: LinkReader;
}
