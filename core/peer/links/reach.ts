/**
 * Which of the addresses that another client gives are dialed. It chooses them, so each could be an address of another service:
 * a service on this machine, a neighbour in this network, a cloud's metadata service.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { withoutZone } from "../../net/host_text.ts";
import type { Candidate } from "./address.ts";

/** Most hosts that one invitation makes this client dial. */
export const MAX_DIALED = 8;

/** Metadata and agent services of clouds that are outside the link-local range (which no note may name at all). */
const METADATA_HOSTS: ReadonlySet<string> = new Set([
  "fd00:ec2::254",
  "100.100.100.200",
  "168.63.129.16",
]);

/** Networks that exist many times over: an address in one is only of use to who is in such a network as well. */
const LOCAL_BLOCKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]
  .map((block) => ipaddr.parseCIDR(block));

/** For examples and measurements (RFC 5737, RFC 2544, RFC 3849): used in laboratories, and assigned nowhere else. */
const LABORATORY_BLOCKS = [
  ...["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15"],
  ...["2001:db8::/32", "3fff::/20"],
].map((block) => ipaddr.parseCIDR(block));

/** What is assigned of IPv6; the rest has forms like `::7f00:1` in it. */
const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/** One address of this machine and the network it is in, as `Deno.networkInterfaces()` gives it. */
export interface OwnNetwork {
  /** The address. */
  readonly address: string;
  /** The address with the length of its network's prefix; `null` where the system does not say. */
  readonly cidr: string | null;
}

/** Options for {@linkcode dialable}. */
export interface ReachOptions {
  /** What this client listens on, if that is set; a loopback address means that its peers are on this machine. */
  readonly listenHost?: string | undefined;
  /** By default the machine's (needs `--allow-sys=networkInterfaces`). */
  readonly interfaces?: () => readonly OwnNetwork[];
}

/**
 * The candidates worth dialing: at most {@linkcode MAX_DIALED}, each host once, public addresses and those of networks that
 * this machine is in. Loopback only where it must mean this machine: this machine has no other address, or this client
 * listens on loopback alone.
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

/** Whether that is an address of the machine itself, however it is written. */
export function isLoopback(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}

function isLinkLocal(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "linkLocal";
}

/** Ranges that lead to an IPv4 address written inside another one (NAT64, 6to4, Teredo) are in neither list. */
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
