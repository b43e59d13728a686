/**
 * The chat client: a connection to one server, kept through losses; rooms, private messages, accounts.
 *
 * @module
 */
export { faultWords } from "../peer/files/mod.ts";
export { ChatClient } from "./client.ts";
export type { PresentedCertificate, TrustCheck } from "./connection.ts";
export type { DirectLinks, DirectText, LinkSetup, OpenLinks } from "./direct_links.ts";
export type { ChatClientOptions } from "./engine.ts";
export { ClientError } from "./errors.ts";
export type {
  ClientEvent,
  LeaveReason,
  PrivateMessage,
  RoomEvent,
  RoomMessage,
  SpokenText,
} from "./events.ts";
export { type ClientFault, codeOfProblem, FINAL_FAULTS } from "./faults.ts";
export type { Link } from "./link_state.ts";
export type {
  AboutOffer,
  CallPart,
  FromTo,
  OfferEvent,
  OfferKind,
  ProgressEvent,
  ReceivedEvent,
  SentEvent,
  Transferred,
  TransferredEvent,
  TransferredFile,
} from "./offer_events.ts";
export {
  type AcceptOptions,
  type AcceptPolicy,
  type ListedOffer,
  type OfferControl,
  Offers,
  type OfferState,
  type OpenOffer,
} from "./offers.ts";
export type { ClientProblem, DialFailure, LossReason, PeerFailure, ProblemOf } from "./problems.ts";
export type { KnownUser, RoomListing, ServerGreeting } from "./queries.ts";
export type { JoinedRoom } from "./rooms.ts";
export type { Credentials } from "./sasl.ts";
export { findDevices } from "./streams/devices.ts";
export { MediaStreams, type MediaStreamsOptions, type SendMediaOptions } from "./streams/mod.ts";
export { serverTrust, type ServerTrustOptions } from "./server_trust.ts";
export type { StreamEnding, StreamEvent } from "./stream_events.ts";
export type {
  LeftOutFile,
  OfferNames,
  TransferEndedEvent,
  TransferFailure,
} from "./transfer_events.ts";
