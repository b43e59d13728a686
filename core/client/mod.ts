/**
 * The chat client: a connection to one server, kept through losses; rooms, private messages, accounts.
 *
 * @module
 */
export { ChatClient, type ChatClientOptions } from "./client.ts";
export { ClientPeople, type ClientPeopleParts } from "./people/client_people.ts";
export { ClientRooms, type ClientRoomsParts } from "./rooms/client_rooms.ts";
export type { PresentedCertificate, TrustCheck } from "./session/connection.ts";
export type {
  DirectLinks,
  DirectText,
  LinkOpener,
  LinkReceiver,
  LinkSetup,
  LinkSignalling,
  OpenLinks,
} from "./people/direct_links.ts";
export { FileTransfers, type FileTransfersOptions } from "./transfers/files/mod.ts";
export { ClientError } from "./events/errors.ts";
export type {
  ClientEvent,
  ClientRoomEvent,
  LeaveReason,
  PrivateMessage,
  RoomMessage,
  SpokenText,
} from "./events/events.ts";
export { codeOfProblem, FINAL_FAULTS } from "./events/faults.ts";
export type { ServerConnectionState } from "./events/connection_state.ts";
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
} from "./events/offer_events.ts";
export {
  type AcceptOptions,
  type AcceptPolicy,
  type ListedOffer,
  type OfferControl,
  Offers,
  type OfferState,
  type OpenOffer,
} from "./transfers/offers.ts";
export type {
  ClientFault,
  ClientProblem,
  DialFailure,
  LossReason,
  PeerFailure,
  ProblemOf,
} from "./events/problems.ts";
export type { KnownUser, RoomListing, ServerGreeting } from "./session/queries.ts";
export { CredentialMemory, OwnAccount } from "./people/own_account.ts";
export type { JoinedRoom } from "./rooms/rooms.ts";
export type { Credentials } from "./session/sasl.ts";
export { findDevices } from "./transfers/streams/devices.ts";
export {
  MediaStreams,
  type MediaStreamsOptions,
  type SendMediaOptions,
} from "./transfers/streams/mod.ts";
export type {
  NoKey,
  PeerKeys,
  PeerKeysOptions,
  RefusedKeyOutcome,
  SafetyNumberOutcome,
  TrustOutcome,
  VerifyOutcome,
} from "./people/peer_keys.ts";
export type { EventSink, OwnNames, Presence, RoomMembers } from "./common/ports.ts";
export type { SessionSource } from "./session/session_source.ts";
export { serverTrust, type ServerTrustOptions } from "./session/server_trust.ts";
export type { StreamEnding, StreamEvent } from "./events/stream_events.ts";
export type {
  LeftOutFile,
  OfferNames,
  TransferEndedEvent,
  TransferFailure,
} from "./events/transfer_events.ts";
export type { WhoisFact } from "./session/whois.ts";
export { MemberSet } from "./view/member_set.ts";
export { mentions } from "./view/mentions.ts";
export {
  type MessageTimeline,
  timelineEntries,
  type TimelineEntry,
  type TimelinePage,
} from "./view/message_timeline.ts";
export { stepView, unreadPlaces, type ViewInput } from "./view.ts";
export {
  type ClientView,
  FIRST_VIEW,
  type ViewedPlace,
  type ViewedRoom,
} from "./view/view_state.ts";
export type { ViewedWork, WorkByNumber } from "./view/view_work.ts";
