/**
 * The servers this client trusts by the fingerprint of their certificate: trust on first
 * use, stored in a file like SSH's `known_hosts`.
 *
 * A line is `HOST:PORT FINGERPRINT FIRST-SEEN`; a server may have several lines, and any of them is accepted.
 *
 * @module
 */
import { parseFingerprint } from "./fingerprint.ts";
import { toSubjectName } from "./subject_name.ts";
import {
  formatTime,
  parseFields,
  parseTime,
  readTrustFile,
  updateTrustFile,
} from "./trust_file.ts";

/** Host and port of a server. */
export interface ServerAddress {
  /** A host name or an IP address, case-insensitive. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
}

/** The result of comparing a server's certificate with the file. */
export type ServerTrust =
  /** The certificate is known. */
  | { readonly state: "known"; readonly firstSeen: Date | undefined }
  /** The server is unknown. */
  | { readonly state: "new" }
  /** The server had another certificate before: it was replaced, or this is another server. */
  | {
    readonly state: "changed";
    /** The known fingerprints; empty when the line cannot be read. */
    readonly expected: readonly string[];
    /** The number of its first line in the file, from 1: to be removed by the user. */
    readonly line: number;
  };

/** Options for {@linkcode KnownServers}. */
export interface KnownServersOptions {
  /** Returns the current time; by default the system's clock. */
  readonly now?: () => Date;
}

interface Entry {
  readonly address: string;
  /** Undefined: the server's line is damaged, so the server must not count as new. */
  readonly fingerprint: string | undefined;
  readonly firstSeen: Date | undefined;
  readonly line: number;
}

/**
 * The file of known servers. Every call reads it again, and writes it atomically under a lock, so
 * several clients may share it. Needs `--allow-read` and `--allow-write` for its folder.
 *
 * @example The first certificate is remembered, another one is not
 * ```ts
 * import assert from "node:assert/strict";
 * import { KnownServers } from "./known_servers.ts";
 * const dir = await Deno.makeTempDir();
 * const known = new KnownServers(`${dir}/known_servers`);
 * const server = { host: "chat.example", port: 9000 };
 * const first = "ab".repeat(32);
 * const other = "cd".repeat(32);
 * assert.equal((await known.check(server, first)).state, "new");
 * assert.equal((await known.remember(server, first)).state, "known");
 * assert.equal((await known.remember(server, other)).state, "changed");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class KnownServers {
  readonly #now: () => Date;

  /** Reads nothing yet. */
  constructor(
    /** The file, for messages. */
    readonly path: string,
    { now = () => new Date() }: KnownServersOptions = {},
  ) {
    this.#now = now;
  }

  /**
   * Compares the fingerprint of the server's certificate with the file.
   *
   * @throws {IdentityError} When the file cannot be read.
   * @throws {RangeError} When the address or the fingerprint is invalid.
   */
  async check(server: ServerAddress, fingerprint: string): Promise<ServerTrust> {
    return judge(
      await readTrustFile(this.path),
      formatServer(server),
      requireFingerprint(fingerprint),
    );
  }

  /**
   * Adds a new server to the file. The result is "known", or "changed" when the file has another
   * certificate for it, perhaps written by another client in the meantime. A changed
   * certificate is never written.
   *
   * @throws {IdentityError} When the file cannot be read or written.
   * @throws {RangeError} When the address or the fingerprint is invalid.
   */
  async remember(server: ServerAddress, fingerprint: string): Promise<ServerTrust> {
    const address = formatServer(server);
    const wanted = requireFingerprint(fingerprint);
    return await updateTrustFile<ServerTrust>(this.path, (lines) => {
      const trust = judge(lines, address, wanted);
      if (trust.state !== "new") return { result: trust };
      const firstSeen = this.#now();
      return {
        lines: [...lines, `${address} ${wanted} ${formatTime(firstSeen)}`],
        result: { state: "known", firstSeen },
      };
    });
  }

  /** Removes every line of `server`; returns whether there was one. */
  async forget(server: ServerAddress): Promise<boolean> {
    const address = formatServer(server);
    return await updateTrustFile(this.path, (lines) => {
      const kept = lines.filter((line, index) => parseEntry(line, index)?.address !== address);
      return kept.length === lines.length ? { result: false } : { lines: kept, result: true };
    });
  }
}

/**
 * The canonical form of a server's address: `host:port`, brackets around IPv6.
 *
 * @throws {RangeError} When the host has a space or a control character, or the port is invalid.
 */
export function formatServer({ host, port }: ServerAddress): string {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const name = toSubjectName(bare)?.value ?? bare.toLowerCase();
  if (!/^[^\s\p{Cc}#]+$/u.test(name) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new RangeError(`Cannot remember a server at ${JSON.stringify(`${host}:${port}`)}`);
  }
  return name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;
}

function judge(lines: readonly string[], address: string, fingerprint: string): ServerTrust {
  const entries = lines.map(parseEntry).filter((entry) => entry?.address === address);
  const first = entries[0];
  if (first === undefined) return { state: "new" };
  const same = entries.find((entry) => entry?.fingerprint === fingerprint);
  if (same !== undefined) return { state: "known", firstSeen: same.firstSeen };
  const expected = entries.flatMap((entry) => entry?.fingerprint ?? []);
  return { state: "changed", expected, line: first.line };
}

function parseEntry(line: string, index: number): Entry | undefined {
  const [address, fingerprint = "", firstSeen] = parseFields(line) ?? [];
  if (address === undefined) return undefined;
  return {
    address: address.toLowerCase(),
    fingerprint: parseFingerprint(fingerprint),
    firstSeen: parseTime(firstSeen),
    line: index + 1,
  };
}

function requireFingerprint(text: string): string {
  const fingerprint = parseFingerprint(text);
  if (fingerprint === undefined) throw new RangeError("Cannot use an invalid SHA-256 fingerprint");
  return fingerprint;
}
