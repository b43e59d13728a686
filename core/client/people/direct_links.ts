/**
 * The interfaces between the client and its direct links.
 *
 * @module
 */
import type { ServerAddress } from "../../identity/known_servers.ts";
import type { PeerLink, Purpose } from "../../peer/mod.ts";
import type { LinkEvent } from "../events/events.ts";

/** A message on a direct link. */
export interface DirectText {
  /** 1 to 64 printable ASCII characters, unique among the messages to that account. */
  readonly id: string;
  /** Clean. */
  readonly text: string;
  /** Sent by `/me`. */
  readonly action: boolean;
}

/** The direct links of one account. */
export interface DirectLinks extends AsyncDisposable {
  /** Handles a note of another client that was received through the server. */
  receive(account: string, note: string): void;
  /**
   * Sends a message; resolves when the other client has acknowledged it.
   *
   * @throws {PeerError} When it was not delivered.
   */
  send(account: string, message: DirectText): Promise<void>;
  /** Whether the safety number of that account's key has been compared. */
  isVerified(account: string): Promise<boolean>;
  /**
   * Opens a link for files or a stream. The caller closes it.
   *
   * @throws {PeerError} When there is none.
   */
  openLink(account: string, purpose: Purpose, signal: AbortSignal): Promise<PeerLink>;
}

/** What direct links need from the server. */
export interface LinkSignalling {
  /** SHA-256 of the server's certificate. @throws {ClientError} `disconnected`. */
  fingerprint(): string;
  /** Announces a rendezvous to the server's relay. @throws {ClientError} */
  announce(rendezvous: string): Promise<void>;
  /** Sends a note to an account's client, through the server. @throws {ClientError} */
  send(account: string, note: string): Promise<void>;
}

/** Receives events of direct links. */
export interface LinkReceiver {
  /** A message was received. */
  received(account: string, message: DirectText): void;
  /** Another client has opened a link for files or a stream; the receiver closes it. */
  linked(link: PeerLink): void;
  /** An event of the links for the user. */
  noticed(event: LinkEvent): void;
}

/** Options for {@linkcode OpenLinks}. */
export interface LinkSetup {
  /** Our own account. */
  readonly account: string;
  /** The server of these accounts, as named in `known_peers`. */
  readonly server: string;
  /** The server's address, for its relay. */
  readonly address: ServerAddress;
  /** Access to the server. */
  readonly signalling: LinkSignalling;
  /** Receives events. */
  readonly receiver: LinkReceiver;
}

/** Opens the direct links of an account. */
export type OpenLinks = (setup: LinkSetup) => DirectLinks;

/** The direct links of the account that is signed in. */
export interface LinkSource {
  /** `undefined` while not signed in, or if the client has no links. */
  readonly links: DirectLinks | undefined;
}

/** Opens links for files and streams. */
export interface LinkOpener<PeerLinkLike> {
  /**
   * Opens a link to an account's client; the caller closes it.
   *
   * @throws {PeerError} @throws {ClientError}
   */
  openLink(account: string, purpose: Purpose, signal: AbortSignal): Promise<PeerLinkLike>;
}
