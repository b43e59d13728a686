/**
 * The door to the relay, which clients request by ALPN.
 *
 * @module
 */
import { RELAY_ALPN } from "../../../net/alpn.ts";
import { closingLine, type Door } from "../door.ts";
import type { RelayServer } from "./relay.ts";

/** The door to `relay`. */
export function relayDoor(relay: RelayServer): Door {
  return {
    name: "relay",
    alpn: [RELAY_ALPN],
    claims: (_first, alpn) => alpn === RELAY_ALPN ? "yes" : "no",
    claimsLate: () => false,
    open: ({ connection, ...arrival }) => ({ events: relay.door(connection, arrival) }),
    refuse: closingLine,
  };
}
