/**
 * Bans of accounts, addresses and networks, for every door.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { inOrder, type MaybePromise, whenReady } from "../../ground/maybe_promise.ts";
import { foldName, isAccountName } from "../../ground/names.ts";
import { parseHost, withoutZone } from "../../net/host_text.ts";
import type { Ban, RoomStore } from "../../store/store.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** An address and the length of its prefix in bits. */
type Network = [Address, number];

/** The target of a ban. */
export type BanTarget = Pick<Ban, "kind" | "mask">;

/** A new ban. */
export interface NewBan extends BanTarget {
  /** Shown to those who are banned; clean, may be empty. */
  readonly reason: string;
  /** Who set it; `admin` for `chat admin`. */
  readonly by: string;
  /** Duration; `undefined`: no end. */
  readonly forMs: number | undefined;
}

/**
 * Parses an account name, an address or a network (`address/bits`) into its canonical form. An IPv4-mapped IPv6
 * address becomes that IPv4 address.
 *
 * @returns `undefined` when it is none of these.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseBanTarget } from "./bans.ts";
 * assert.deepEqual(parseBanTarget("Bob"), { kind: "account", mask: "bob" });
 * assert.deepEqual(parseBanTarget("::ffff:192.0.2.7"), { kind: "address", mask: "192.0.2.7" });
 * assert.deepEqual(parseBanTarget("2001:db8:0::1/32"), { kind: "cidr", mask: "2001:db8::/32" });
 * assert.deepEqual(parseBanTarget("[2001:db8::1]"), { kind: "address", mask: "2001:db8::1" });
 * assert.equal(parseBanTarget("192.0.2.300"), undefined);
 * ```
 */
export function parseBanTarget(text: string): BanTarget | undefined {
  if (text.includes("/")) {
    const network = parseNetwork(text);
    return network && { kind: "cidr", mask: formatNetwork(network) };
  }
  const address = parseAddress(text);
  if (address) return { kind: "address", mask: address.toString() };
  return isAccountName(text) ? { kind: "account", mask: foldName(text) } : undefined;
}

/** A ban in words, for those who are banned: `banned until 2030-01-31 12:00 UTC (spam)`. */
export function describeBan({ reason, until }: Pick<Ban, "reason" | "until">): string {
  const end = until === undefined
    ? ""
    : ` until ${new Date(until).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `banned${end}${reason === "" ? "" : ` (${reason})`}`;
}

/** Whether an address matches a ban of an address or a network. */
export function isBanned(address: string, { kind, mask }: BanTarget): boolean {
  const parsed = parseAddress(address);
  if (!parsed) return false;
  if (kind === "address") return parsed.toString() === mask;
  const network = parseNetwork(mask);
  return network !== undefined && isWithin(parsed, network);
}

/** Options for {@linkcode Bans}. */
export interface BansOptions {
  /** The store to write to. */
  readonly store: Pick<RoomStore, "addBan" | "removeBan">;
  /** The stored bans. */
  readonly stored: readonly Ban[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The bans of one server: in memory for fast checks, and in its store. */
export class Bans {
  readonly #store: BansOptions["store"];
  readonly #now: () => number;
  #accounts = new Map<string, Ban>();
  #addresses = new Map<string, Ban>();
  #networks = new Map<string, { readonly ban: Ban; readonly network: Network }>();

  /** Starts with the stored bans. */
  constructor({ store, stored, now }: BansOptions) {
    this.#store = store;
    this.#now = now;
    // Expired ones as well: at start the clock is more likely to be wrong.
    for (const ban of stored) this.#keep(ban);
  }

  /** The bans in force, oldest first. */
  list(): Ban[] {
    return this.#all().filter((ban) => this.#holding(ban)).sort((left, right) =>
      left.at - right.at
    );
  }

  /**
   * Sets a ban, or replaces the one of the same target. The caller has to close open connections.
   *
   * @throws {StoreError} When it cannot be stored; then it is not in force.
   */
  add({ kind, mask, reason, by, forMs }: NewBan): MaybePromise<Ban> {
    return whenReady(this.#dropEnded(), () => {
      const at = this.#now();
      const until = forMs === undefined ? undefined : at + forMs;
      const ban: Ban = { kind, mask: foldName(mask), reason, by, at, until };
      return whenReady(this.#store.addBan(ban), () => {
        this.#keep(ban);
        return ban;
      });
    });
  }

  /**
   * Lifts a ban. Returns false when there is none.
   *
   * @throws {StoreError} When that cannot be stored; then it stays in force.
   */
  remove(target: BanTarget): MaybePromise<boolean> {
    return whenReady(this.#store.removeBan(target), (wasThere) => {
      this.#forget(target);
      return wasThere;
    });
  }

  /** The ban of an account. */
  ofAccount(name: string): Ban | undefined {
    return this.#holding(this.#accounts.get(foldName(name)));
  }

  /** The ban of an address, or of a network that contains it. */
  ofAddress(address: string): Ban | undefined {
    if (this.#addresses.size === 0 && this.#networks.size === 0) return undefined;
    const parsed = parseAddress(address);
    if (!parsed) return undefined;
    const own = this.#holding(this.#addresses.get(parsed.toString()));
    if (own) return own;
    for (const { ban, network } of this.#networks.values()) {
      if (isWithin(parsed, network) && this.#holding(ban)) return ban;
    }
    return undefined;
  }

  #holding(ban: Ban | undefined): Ban | undefined {
    if (ban?.until === undefined || ban.until > this.#now()) return ban;
    return undefined;
  }

  #keep(ban: Ban): void {
    if (ban.kind === "account") this.#accounts.set(foldName(ban.mask), ban);
    else if (ban.kind === "address") this.#addresses.set(ban.mask, ban);
    else {
      const network = parseNetwork(ban.mask);
      if (network) this.#networks.set(ban.mask, { ban, network });
    }
  }

  #forget({ kind, mask }: BanTarget): void {
    if (kind === "account") this.#accounts.delete(foldName(mask));
    else if (kind === "address") this.#addresses.delete(mask);
    else this.#networks.delete(mask);
  }

  #all(): Ban[] {
    const networks = [...this.#networks.values()].map(({ ban }) => ban);
    return [...this.#accounts.values(), ...this.#addresses.values(), ...networks];
  }

  #dropEnded(): MaybePromise<void> {
    const now = this.#now();
    const ended = this.#all().filter(({ until }) => until !== undefined && until <= now);
    return inOrder(ended, (ban) => this.remove(ban));
  }
}

/** IPv4 in four parts, or IPv6; `10` alone, a legacy form of an address, is a name. */
function parseAddress(text: string): Address | undefined {
  const bare = withoutZone(parseHost(text));
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare);
  return isAddress ? ipaddr.process(bare) : undefined;
}

function parseNetwork(text: string): Network | undefined {
  const [, host = "", digits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(host);
  if (!address) return undefined;
  const isMapped = address.kind() === "ipv4" && host.includes(":");
  const bits = Number(digits) - (isMapped ? 96 : 0);
  const most = address.kind() === "ipv4" ? 32 : 128;
  return bits >= 0 && bits <= most ? [address, bits] : undefined;
}

function formatNetwork([address, bits]: Network): string {
  const cidr = `${address.toString()}/${bits}`;
  const start = address.kind() === "ipv4"
    ? ipaddr.IPv4.networkAddressFromCIDR(cidr)
    : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return `${start.toString()}/${bits}`;
}

function isWithin(address: Address, [network, bits]: Network): boolean {
  if (address instanceof ipaddr.IPv4) {
    return network instanceof ipaddr.IPv4 && address.match(network, bits);
  }
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}
