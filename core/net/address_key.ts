/**
 * The key of an address for limits per address.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { withoutZone } from "./host_text.ts";

const IPV6_SITE_BITS = 64;

/**
 * The key of an address for limits: an IPv4 address itself, the /64 of an IPv6 address (a machine usually has a whole
 * one), the IPv4 address inside a mapped one. Other text is its own key.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { addressKey } from "./address_key.ts";
 * assert.equal(addressKey("::ffff:192.0.2.7"), "192.0.2.7");
 * assert.equal(addressKey("2001:db8::1"), "2001:db8::/64");
 * assert.equal(addressKey("2001:db8::2"), addressKey("2001:db8:0:0:ffff::1"));
 * ```
 */
export function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  const site = ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone(address)}/${IPV6_SITE_BITS}`);
  return `${site.toString()}/${IPV6_SITE_BITS}`;
}
