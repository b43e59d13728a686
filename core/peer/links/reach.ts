/**
 * Selects which addresses of another client are dialed. The other client chooses them, so each could belong to another
 * service: one on this machine, a neighbour in this network, a cloud's metadata service.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { withoutZone } from "../../net/host_text.ts";
import type { Candidate } from "./address.ts";

/** Most hosts that this client dials for one invitation. */
export const MAX_DIALED = 8;

/** Metadata and agent services of clouds outside the link-local range (which a note may not contain at all). */
const METADATA_HOSTS: ReadonlySet<string> = new Set([
  "fd00:ec2::254",
  "100.100.100.200",
  "168.63.129.16",
]);

/** Private networks: an address in one is only dialed if this machine is in the same network. */
const LOCAL_BLOCKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]
  .map((block) => ipaddr.parseCIDR(block));

/** For examples and measurements (RFC 5737, RFC 2544, RFC 3849): used in test networks only. */
const LABORATORY_BLOCKS = [
  ...["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15"],
  ...["2001:db8::/32", "3fff::/20"],
].map((block) => ipaddr.parseCIDR(block));

/** The assigned IPv6 addresses; the rest contains forms such as `::7f00:1`. */
const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/** One address of this machine and its network, as returned by `Deno.networkInterfaces()`. */
export interface OwnNetwork {
  /** The address. */
  readonly address: string;
  /** The address with the prefix length of its network; `null` if the system does not know it. */
  readonly cidr: string | null;
}

/** Options for {@linkcode dialable}. */
export interface ReachOptions {
  /** The address this client listens on, if one is set; a loopback address means that its peers are on this machine. */
  readonly listenHost?: string | undefined;
  /** By default the machine's (needs `--allow-sys=networkInterfaces`). */
  readonly interfaces?: () => readonly OwnNetwork[];
}

/**
 * The candidates to dial: at most {@linkcode MAX_DIALED}, each host once: public addresses and those of networks that
 * this machine is in. Loopback is dialed only if this machine has no other address, or this client listens on loopback
 * alone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dialable } from "./reach.ts";
 * const interfaces = () => [{ address: "192.168.1.7", cidr: "192.168.1.7/24" }];
 * const hosts = ["127.0.0.1", "192.168.1.9", "10.0.0.1", "1.1.1.1"];
 * const candidates = hosts.map((host) => ({ host, port: 4000 }));
 * const dialed = dialable(candidates, { interfaces }).map(({ host }) => host);
 * assert.deepEqual(dialed, ["192.168.1.9", "1.1.1.1"]);
 * ```
 */
export function dialable(
  candidates: readonly Candidate[],
  { listenHost, interfaces = Deno.networkInterfaces }: ReachOptions = {},
): Candidate[] {
  const own = interfaces();
  const isAlone = own.every(({ address }) => isLoopback(address) || isLinkLocal(address)) ||
    (listenHost !== undefined && isLoopback(listenHost));
  const chosen = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { host } = candidate;
    if (chosen.has(host) || METADATA_HOSTS.has(host) || isLinkLocal(host)) continue;
    if (isLoopback(host) ? isAlone : isInReach(host, own)) chosen.set(host, candidate);
    if (chosen.size === MAX_DIALED) break;
  }
  return [...chosen.values()];
}

/** Whether `host` is a loopback address, in any spelling. */
export function isLoopback(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}

function isLinkLocal(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "linkLocal";
}

/** Addresses with an embedded IPv4 address (NAT64, 6to4, Teredo) are in neither list. */
function isInReach(host: string, own: readonly OwnNetwork[]): boolean {
  const address = ipaddr.process(host);
  if (address.range() === "unicast") {
    return address.kind() === "ipv4" || isInBlock(address, GLOBAL_UNICAST);
  }
  if (LABORATORY_BLOCKS.some((block) => isInBlock(address, block))) return true;
  const isOwn = ({ cidr }: OwnNetwork) =>
    cidr !== null && ipaddr.isValidCIDR(cidr) && isInBlock(address, ipaddr.parseCIDR(cidr));
  return own.some(isOwn) || LOCAL_BLOCKS.some((block) =>
    isInBlock(address, block) &&
    own.some((network) => isInBlock(ipaddr.process(withoutZone(network.address)), block))
  );
}

function isInBlock(
  address: ipaddr.IPv4 | ipaddr.IPv6,
  [network, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number],
): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
