/**
 * Links from client to client: what the rest of a client uses of them.
 *
 * @module
 */
export {
  PeerError,
  type PeerFault,
  type PeerProblem,
  ProtocolError,
  type ProtocolFault,
  type TextLinkEnd,
} from "./errors.ts";
export type { PeerLink, Purpose } from "./link.ts";
export type { PeerNotice } from "./notice.ts";
export type { RelayDialer, RelayStream } from "./relay.ts";
export { serverRelay, type ServerRelayOptions } from "./server_relay.ts";
export {
  type OpenLinkOptions,
  PeerService,
  type PeerServiceOptions,
  type Signalling,
} from "./service.ts";
export type { TextTimes } from "./text_link_state.ts";
export {
  type IncomingText,
  type QueuedText,
  TextLinks,
  type TextLinksOptions,
} from "./text_links.ts";
