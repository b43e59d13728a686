/**
 * What the client asks of its direct links, and they of it.
 *
 * @module
 */
import type { ServerAddress } from "../identity/known_servers.ts";
import type { PeerLink, Purpose } from "../peer/mod.ts";
import type { LinkEvent } from "./events.ts";

/** A message on a direct link. */
export interface DirectText {
  /** 1 to 64 printable ASCII characters, unique among the messages to that account. */
  readonly id: string;
  /** Clean. */
  readonly text: string;
  /** Said as `/me`. */
  readonly action: boolean;
}

/** The direct links of one account. */
export interface DirectLinks extends AsyncDisposable {
  /** Takes a note of another client that came through the server. */
  receive(account: string, note: string): void;
  /**
   * Sends a message; resolves when the other client has acknowledged it.
   *
   * @throws {PeerError} When it did not arrive.
   */
  send(account: string, message: DirectText): Promise<void>;
  /** Whether people have compared the safety number of that account's key. */
  isVerified(account: string): Promise<boolean>;
  /**
   * Opens a link for something else than messages. Whoever asks for it closes it.
   *
   * @throws {PeerError} When there is none.
   */
  openLink(account: string, purpose: Purpose, signal: AbortSignal): Promise<PeerLink>;
}

/** What direct links ask of the server. */
export interface LinkSignalling {
  /** SHA-256 of the server's certificate. @throws {ClientError} `disconnected`. */
  fingerprint(): string;
  /** Tells the server where two clients will meet at its relay. @throws {ClientError} */
  announce(rendezvous: string): Promise<void>;
  /** Carries a note to an account's client, through the server. @throws {ClientError} */
  send(account: string, note: string): Promise<void>;
}

/** Takes what arrives on direct links. */
export interface LinkReceiver {
  /** A message arrived. */
  received(account: string, message: DirectText): void;
  /** Another client has opened a link for files or a stream, which is the receiver's to close. */
  linked(link: PeerLink): void;
  /** Something happened to the links that a person should know. */
  noticed(event: LinkEvent): void;
}

/** What direct links are opened with. */
export interface LinkSetup {
  /** Our own account. */
  readonly account: string;
  /** The server whose accounts these are, as `known_peers` names it. */
  readonly server: string;
  /** Where the server is, for its relay. */
  readonly address: ServerAddress;
  /** What the links ask of the server. */
  readonly signalling: LinkSignalling;
  /** Takes what arrives. */
  readonly receiver: LinkReceiver;
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

/** Opens the direct links of an account. */
export type OpenLinks = (setup: LinkSetup) => DirectLinks;

/** The direct links of the account that is signed in. */
export interface LinkSource {
  /** `undefined` while nobody is signed in, or where the client has none. */
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
