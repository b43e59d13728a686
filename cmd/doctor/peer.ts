/**
 * Whether other clients can reach this machine, as far as that is visible from inside.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { messageOf } from "../../core/ground/message_of.ts";
import { type Finding, timed } from "./finding.ts";

/** Replaceable facts, for tests. */
export interface PeerOptions {
  /** By default this machine's (needs `--allow-sys=networkInterfaces`). */
  readonly interfaces?: () => readonly { readonly address: string }[];
}

const LISTEN_MS = 2_000;

/**
 * Listens for a moment, as a client does for its peers, and lists the addresses that others would dial.
 * Needs network permission.
 */
export async function examinePeer(
  { interfaces = Deno.networkInterfaces }: PeerOptions = {},
): Promise<Finding[]> {
  const addresses = [...new Set(interfaces().map(({ address }) => address))];
  return [await examineListening(), judgeAddresses(addresses)];
}

async function examineListening(): Promise<Finding> {
  const check = "peers";
  try {
    using listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
    const { port } = listener.addr;
    const { tookMs } = await timed(LISTEN_MS, async (signal) => {
      const [accepted, dialed] = await Promise.all([
        listener.accept(),
        Deno.connect({ hostname: "127.0.0.1", port, signal }),
      ]);
      accepted.close();
      dialed.close();
    });
    return { check, state: "fine", text: "this machine can listen for direct links", tookMs };
  } catch (error) {
    const text = `this machine cannot listen for direct links: ${messageOf(error)}`;
    return { check, state: "doubtful", text };
  }
}

/** From where this machine may be reached, by the kinds of its addresses. */
export function judgeAddresses(addresses: readonly string[]): Finding {
  const check = "addresses";
  const byReach = Map.groupBy(addresses.filter(ipaddr.isValid), reachOf);
  const open = byReach.get("everywhere") ?? [];
  const near = byReach.get("network") ?? [];
  const shared = byReach.get("provider") ?? [];
  if (open.length > 0) {
    const text = `${open.join(", ")}: reachable from everywhere, unless a firewall is in between`;
    return { check, state: "fine", text };
  }
  if (near.length === 0 && shared.length === 0) {
    return { check, state: "doubtful", text: "only loopback: nobody else can reach this machine" };
  }
  const where = shared.length > 0 ? "the provider's network" : "your own network";
  return {
    check,
    state: "fine",
    text: `${[...near, ...shared].join(", ")}: reachable within ${where}; ` +
      "others come through the server's relay, which sees ciphertext only",
  };
}

function reachOf(address: string): "everywhere" | "network" | "provider" | "nowhere" {
  switch (ipaddr.process(address).range()) {
    case "unicast":
      return "everywhere";
    case "private":
    case "uniqueLocal":
      return "network";
    case "carrierGradeNat":
      return "provider";
    default:
      return "nowhere"; // loopback, link-local and the like
  }
}
