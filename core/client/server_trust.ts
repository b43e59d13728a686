/**
 * Which server's certificate is good enough: the pinned one, one that an authority vouches for, or a new one that
 * somebody says yes to. Never another one than the pinned.
 *
 * @module
 */
import { parseFingerprint } from "../identity/fingerprint.ts";
import { formatServer, type KnownServers, type ServerTrust } from "../identity/known_servers.ts";
import type { PresentedCertificate, TrustCheck } from "./connection.ts";
import { ClientError } from "./errors.ts";

/** How {@linkcode serverTrust} decides. */
export interface ServerTrustOptions {
  /** The servers that have been trusted before. */
  readonly known: Pick<KnownServers, "check" | "remember" | "path">;
  /** The only fingerprint to accept, told by whoever runs the server. */
  readonly fingerprint?: string | undefined;
  /** Accepts a server that has never been seen. */
  readonly trustNew?: boolean | undefined;
  /** Asks a person about a server that has never been seen; nobody is asked without it. */
  readonly ask?: ((seen: PresentedCertificate) => Promise<boolean>) | undefined;
}

/**
 * Makes the check for `dial`. A certificate that is accepted by name, by flag or by a person is pinned.
 *
 * @throws {TypeError} When `fingerprint` is none.
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
