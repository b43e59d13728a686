/**
 * The public key of each account, pinned on first use.
 *
 * A line is `SERVER ACCOUNT PIN FIRST-SEEN`, then `verified` if people have compared the safety
 * number, then `refused=PIN` if the account has used another key since.
 *
 * @module
 */
import { foldName, isAccountName } from "../ground/names.ts";
import { isPin } from "./fingerprint.ts";
import {
  formatTime,
  parseFields,
  parseTime,
  readTrustFile,
  updateTrustFile,
} from "./trust_file.ts";

/** The owner of a key: an account on a server. */
export interface PeerName {
  /** The server in the form of {@linkcode formatServer}, or any other name without spaces. */
  readonly server: string;
  /** The account's name, case-insensitive. */
  readonly account: string;
}

/** The pinned key of an account. */
export interface KnownPeer {
  /** The account's name in lower case. */
  readonly account: string;
  /** The trusted key. */
  readonly pin: string;
  /** When it was pinned; undefined if unknown. */
  readonly firstSeen: Date | undefined;
  /** People have compared the safety number of this key. */
  readonly verified: boolean;
  /** The last other key that the account used. */
  readonly refused: string | undefined;
}

/**
 * The result of checking a key: it is the pinned one, it has been pinned now, or it differs from the pinned
 * one and was refused.
 */
export type PeerTrust = "known" | "new" | "changed";

/** Options for {@linkcode KnownPeers}. */
export interface KnownPeersOptions {
  /** Returns the current time; by default the system's clock. */
  readonly now?: () => Date;
}

interface Entry extends KnownPeer {
  readonly server: string;
  /** The line is for this account but damaged: its key counts as changed, never as new. */
  readonly damaged: boolean;
}

/**
 * The file of pinned keys. Every call reads it again, and writes it atomically under a lock, so
 * several clients may share it. Needs `--allow-read` and `--allow-write` for its folder.
 *
 * @example A changed key is refused until it is trusted
 * ```ts
 * import assert from "node:assert/strict";
 * import { KnownPeers } from "./known_peers.ts";
 * const dir = await Deno.makeTempDir();
 * const peers = new KnownPeers(`${dir}/known_peers`);
 * const bob = { server: "chat.example:9000", account: "bob" };
 * const first = "ab".repeat(32);
 * const other = "cd".repeat(32);
 * assert.equal(await peers.check(bob, first), "new");
 * assert.equal(await peers.check(bob, first), "known");
 * assert.equal(await peers.check(bob, other), "changed");
 * assert.equal(await peers.trust(bob), other);
 * assert.equal(await peers.check(bob, other), "known");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class KnownPeers {
  readonly #now: () => Date;

  /** Reads nothing yet. */
  constructor(
    /** The file, for messages. */
    readonly path: string,
    { now = () => new Date() }: KnownPeersOptions = {},
  ) {
    this.#now = now;
  }

  /**
   * Compares a key with the pinned one. The first key of an account is pinned; a different one is refused
   * and noted for {@linkcode KnownPeers.trust}.
   *
   * @param pin in the form of `pinOf()`.
   * @throws {IdentityError} When the file cannot be read or written.
   * @throws {RangeError} When the name or the pin is invalid.
   */
  async check(name: PeerName, pin: string): Promise<PeerTrust> {
    const peer = requireName(name);
    if (!isPin(pin)) throw new RangeError("Cannot use an invalid pin of a key");
    const seen = findEntry(await readTrustFile(this.path), peer);
    if (seen?.pin === pin) return "known"; // the usual case needs no lock
    return await this.#update<PeerTrust>(peer, (entry) => {
      if (entry === undefined) return { entry: newEntry(peer, pin, this.#now()), result: "new" };
      if (entry.pin === pin) return { result: "known" };
      return { entry: { ...entry, refused: pin }, result: "changed" };
    });
  }

  /** The pinned key of an account; undefined if there is none. */
  async find(name: PeerName): Promise<KnownPeer | undefined> {
    const entry = findEntry(await readTrustFile(this.path), requireName(name));
    return entry === undefined || entry.damaged ? undefined : toPeer(entry);
  }

  /** All pinned keys of one server. */
  async list(server: string): Promise<readonly KnownPeer[]> {
    return (await readTrustFile(this.path)).map(parseEntry)
      .filter((entry) => entry !== undefined)
      .filter((entry) => entry.server === server && !entry.damaged)
      .map(toPeer);
  }

  /**
   * Trusts the key that was refused last, instead of the pinned one; it is not verified yet.
   * Returns the key; undefined when none was refused.
   *
   * @param seen The key that the user has confirmed. If another one was refused since, nothing is
   * trusted: an attacker must not be able to substitute a key while the user decides.
   */
  async trust(name: PeerName, seen?: string): Promise<string | undefined> {
    const peer = requireName(name);
    return await this.#update<string | undefined>(peer, (entry) => {
      const pin = entry?.refused;
      return pin === undefined || (seen !== undefined && seen !== pin)
        ? { result: undefined }
        : { entry: newEntry(peer, pin, this.#now()), result: pin };
    });
  }

  /**
   * Notes that people have compared the safety number of `pin`. Returns false when that is not the pinned
   * key (any more), so that no other key is marked as verified.
   */
  async verify(name: PeerName, pin: string): Promise<boolean> {
    return await this.#update<boolean>(requireName(name), (entry) => {
      if (entry === undefined || entry.pin !== pin) return { result: false };
      return { entry: { ...entry, verified: true }, result: true };
    });
  }

  #update<T>(
    peer: PeerName,
    change: (entry: Entry | undefined) => { readonly entry?: Entry; readonly result: T },
  ): Promise<T> {
    return updateTrustFile<T>(this.path, (lines) => {
      const at = lines.findIndex((line) => isEntryOf(parseEntry(line), peer));
      const { entry, result } = change(at < 0 ? undefined : parseEntry(lines[at] ?? ""));
      if (entry === undefined) return { result };
      const line = formatEntry(entry);
      return { lines: at < 0 ? [...lines, line] : lines.with(at, line), result };
    });
  }
}

function requireName({ server, account }: PeerName): PeerName {
  if (!isAccountName(account) || !/^[^\s\p{Cc}#]+$/u.test(server)) {
    throw new RangeError(`Cannot remember ${JSON.stringify(account)} of ${JSON.stringify(server)}`);
  }
  return { server, account: foldName(account) };
}

function newEntry({ server, account }: PeerName, pin: string, firstSeen: Date): Entry {
  return { server, account, pin, firstSeen, verified: false, refused: undefined, damaged: false };
}

function toPeer({ account, pin, firstSeen, verified, refused }: Entry): KnownPeer {
  return { account, pin, firstSeen, verified, refused };
}

function isEntryOf(entry: Entry | undefined, { server, account }: PeerName): boolean {
  return entry !== undefined && entry.server === server && entry.account === account;
}

function findEntry(lines: readonly string[], peer: PeerName): Entry | undefined {
  return lines.map(parseEntry).find((entry) => isEntryOf(entry, peer));
}

function parseEntry(line: string): Entry | undefined {
  const [server, account, pin = "", firstSeen, ...flags] = parseFields(line) ?? [];
  if (server === undefined || account === undefined) return undefined;
  const refused = flags.find((flag) => flag.startsWith("refused="))?.slice("refused=".length);
  return {
    server,
    account: foldName(account),
    pin,
    firstSeen: parseTime(firstSeen),
    verified: flags.includes("verified"),
    refused: refused !== undefined && isPin(refused) ? refused : undefined,
    damaged: !isPin(pin),
  };
}

function formatEntry({ server, account, pin, firstSeen, verified, refused }: Entry): string {
  return [
    server,
    account,
    pin || "?",
    firstSeen === undefined ? "?" : formatTime(firstSeen),
    ...(verified ? ["verified"] : []),
    ...(refused === undefined ? [] : [`refused=${refused}`]),
  ].join(" ");
}
