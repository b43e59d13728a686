/**
 * Links between clients: the interface for the rest of a client.
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
} from "./links/errors.ts";
export type { PeerLink, Purpose } from "./links/link.ts";
export type { PeerNotice } from "./calls/notice.ts";
export type { RelayDialer, RelayStream } from "./links/relay.ts";
export { serverRelay, type ServerRelayOptions } from "./links/server_relay.ts";
export {
  type OpenLinkOptions,
  PeerService,
  type PeerServiceOptions,
  type Signalling,
} from "./calls/service.ts";
export type { TextTimes } from "./texts/text_link_state.ts";
export {
  type IncomingText,
  type QueuedText,
  TextLinks,
  type TextLinksOptions,
} from "./texts/text_links.ts";
