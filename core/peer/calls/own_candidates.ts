/**
 * The addresses of this machine for its notes.
 *
 * @module
 */
import { type Candidate, toCandidateHost } from "../links/address.ts";
import { isLoopback, MAX_DIALED } from "../links/reach.ts";

/** Options for {@linkcode ownCandidates}. */
export interface OwnCandidatesOptions {
  /** The address the listener is bound to; `0.0.0.0` and `::` mean all addresses of the machine. */
  readonly listenHost: string;
  /** The port of each candidate. */
  readonly port: number;
  /** IP addresses configured by the user, such as the router's public address. They come first. */
  readonly extraHosts?: readonly string[];
  /** By default the machine's (needs `--allow-sys=networkInterfaces`). */
  readonly interfaces?: () => readonly { readonly address: string }[];
}

/**
 * Where this machine may be reached: the configured addresses, then those of its interfaces, at most
 * {@linkcode MAX_DIALED}. Loopback only if there is nothing else: it is not dialed otherwise.
 */
export function ownCandidates(options: OwnCandidatesOptions): Candidate[] {
  const { listenHost, port, extraHosts = [], interfaces = Deno.networkInterfaces } = options;
  const hosts = new Set<string>();
  for (const text of [...extraHosts, ...localHosts(listenHost, interfaces)]) {
    const host = toCandidateHost(text);
    if (host !== undefined) hosts.add(host);
  }
  return [...hosts].slice(0, MAX_DIALED).map((host) => ({ host, port }));
}

function localHosts(
  listenHost: string,
  interfaces: NonNullable<OwnCandidatesOptions["interfaces"]>,
): string[] {
  if (listenHost !== "0.0.0.0" && listenHost !== "::") return [listenHost];
  const hosts = interfaces().map(({ address }) => address)
    .filter((address) => listenHost === "::" || !address.includes(":"));
  const outward = hosts.filter((host) => toCandidateHost(host) !== undefined && !isLoopback(host));
  return outward.length > 0 ? outward : hosts.filter(isLoopback);
}
