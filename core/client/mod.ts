/**
 * The chat client: a connection to one server, kept through losses; rooms, private messages, accounts.
 *
 * @module
 */
export { ChatClient, type ChatClientOptions } from "./client.ts";
export { ClientPeople, type ClientPeopleParts } from "./client_people.ts";
export { ClientRooms, type ClientRoomsParts } from "./client_rooms.ts";
export type { PresentedCertificate, TrustCheck } from "./connection.ts";
export type {
  DirectLinks,
  DirectText,
  LinkOpener,
  LinkReceiver,
  LinkSetup,
  LinkSignalling,
  OpenLinks,
} from "./direct_links.ts";
export { FileTransfers, type FileTransfersOptions } from "./files/mod.ts";
export { ClientError } from "./errors.ts";
export type {
  ClientEvent,
  ClientRoomEvent,
  LeaveReason,
  PrivateMessage,
  RoomMessage,
  SpokenText,
} from "./events.ts";
export { codeOfProblem, FINAL_FAULTS } from "./faults.ts";
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
export type {
  ClientFault,
  ClientProblem,
  DialFailure,
  LossReason,
  PeerFailure,
  ProblemOf,
} from "./problems.ts";
export type { KnownUser, RoomListing, ServerGreeting } from "./queries.ts";
export { CredentialMemory, OwnAccount } from "./own_account.ts";
export type { JoinedRoom } from "./rooms.ts";
export type { Credentials } from "./sasl.ts";
export { findDevices } from "./streams/devices.ts";
export { MediaStreams, type MediaStreamsOptions, type SendMediaOptions } from "./streams/mod.ts";
export type {
  NoKey,
  PeerKeys,
  PeerKeysOptions,
  RefusedKeyOutcome,
  SafetyNumberOutcome,
  TrustOutcome,
  VerifyOutcome,
} from "./peer_keys.ts";
export type { EventSink, OwnNames, Presence, RoomMembers } from "./ports.ts";
export type { SessionSource } from "./session_source.ts";
export { serverTrust, type ServerTrustOptions } from "./server_trust.ts";
export type { StreamEnding, StreamEvent } from "./stream_events.ts";
export type {
  LeftOutFile,
  OfferNames,
  TransferEndedEvent,
  TransferFailure,
} from "./transfer_events.ts";
export type { WhoisFact } from "./whois.ts";
export { MemberSet } from "./member_set.ts";
export { mentions } from "./mentions.ts";
export {
  type MessageTimeline,
  timelineEntries,
  type TimelineEntry,
  type TimelinePage,
} from "./message_timeline.ts";
export { stepView, unreadPlaces, type ViewInput } from "./view.ts";
export { type ClientView, FIRST_VIEW, type ViewedPlace, type ViewedRoom } from "./view_state.ts";
export type { ViewedWork, WorkByNumber } from "./view_work.ts";
