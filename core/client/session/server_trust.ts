/**
 * Decides whether to trust a server's certificate: the pinned one, one from a trusted authority, or a new one that
 * the user accepts. Never another one than the pinned one.
 *
 * @module
 */
import { parseFingerprint } from "../../identity/fingerprint.ts";
import { formatServer, type KnownServers, type ServerTrust } from "../../identity/known_servers.ts";
import { ClientError } from "../events/errors.ts";
import type { PresentedCertificate, TrustCheck } from "./connection.ts";

/** Options for {@linkcode serverTrust}. */
export interface ServerTrustOptions {
  /** The known servers. */
  readonly known: Pick<KnownServers, "check" | "remember" | "path">;
  /** The only fingerprint to accept, from the server's operator. */
  readonly fingerprint?: string | undefined;
  /** Accepts an unknown server. */
  readonly trustNew?: boolean | undefined;
  /** Asks the user about an unknown server; refused without it. */
  readonly ask?: ((seen: PresentedCertificate) => Promise<boolean>) | undefined;
}

/**
 * Returns the check for `dial`. A certificate accepted by name, by a flag or by the user is pinned.
 *
 * @throws {TypeError} When `fingerprint` is invalid.
 */
export function serverTrust(options: ServerTrustOptions): TrustCheck {
  const expected = options.fingerprint === undefined
    ? undefined
    : parseFingerprint(options.fingerprint);
  if (options.fingerprint !== undefined && expected === undefined) {
    throw new TypeError(`Cannot use as a SHA-256 fingerprint: "${options.fingerprint}"`);
  }
  return async (seen) => {
    const { address, fingerprint } = seen;
    const trust = await options.known.check(address, fingerprint);
    if (trust.state === "changed") throw changed(seen, trust, options.known.path);
    if (expected !== undefined && expected !== fingerprint) throw unexpected(seen, expected);
    if (trust.state === "known") return;
    if (expected === undefined && seen.authorized) return;
    if (expected === undefined && !await isWelcome(seen, options)) throw unknown(seen);
    const now = await options.known.remember(address, fingerprint);
    if (now.state === "changed") throw changed(seen, now, options.known.path);
  };
}

async function isWelcome(
  seen: PresentedCertificate,
  options: ServerTrustOptions,
): Promise<boolean> {
  return options.trustNew || (await options.ask?.(seen) ?? false);
}

function unknown({ address, fingerprint }: PresentedCertificate): ClientError {
  return new ClientError({ kind: "unknown-server", server: formatServer(address), fingerprint });
}

function unexpected({ address, fingerprint }: PresentedCertificate, expected: string): ClientError {
  return new ClientError({
    kind: "unexpected-server",
    server: formatServer(address),
    fingerprint,
    expected,
  });
}

function changed(
  { address, fingerprint }: PresentedCertificate,
  { expected, line }: Extract<ServerTrust, { state: "changed" }>,
  path: string,
): ClientError {
  const server = formatServer(address);
  return new ClientError({ kind: "changed-server", server, fingerprint, expected, path, line });
}
