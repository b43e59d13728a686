/**
 * What the client asks of its direct links, and when it has any: while somebody is signed in, through losses of the
 * connection to the server.
 *
 * @module
 */
import type { ServerAddress } from "../identity/known_servers.ts";
import { foldName } from "../irc/names.ts";
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

/** What direct links are opened with. */
export interface LinkSetup {
  /** Our own account. */
  readonly account: string;
  /** The server whose accounts these are, as `known_peers` names it. */
  readonly server: string;
  /** Where the server is, for its relay. */
  readonly address: ServerAddress;
  /** SHA-256 of the server's certificate. @throws {ClientError} `disconnected`. */
  fingerprint(): string;
  /** Tells the server where two clients will meet at its relay. @throws {ClientError} */
  announce(rendezvous: string): Promise<void>;
  /** Carries a note to an account's client, through the server. */
  send(account: string, note: string): Promise<void>;
  /** A message came on a direct link. */
  received(account: string, message: DirectText): void;
  /** Another client has opened a link for files or a stream. Whoever gets it closes it. */
  linked(link: PeerLink): void;
  /** Something happened to the links that a person should know. */
  noticed(event: LinkEvent): void;
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

/** Holds the direct links of whoever is signed in. */
export class LinkHolder implements AsyncDisposable {
  readonly #open: OpenLinks;
  readonly #setup: Omit<LinkSetup, "account">;
  readonly #closing = new Set<Promise<void>>();
  #held: { readonly account: string; readonly links: DirectLinks } | undefined;
  #ended = false;

  /** Opens nothing until somebody is {@linkcode signedIn}. */
  constructor(open: OpenLinks, setup: Omit<LinkSetup, "account">) {
    this.#open = open;
    this.#setup = setup;
  }

  /** The links, while somebody is signed in. */
  get links(): DirectLinks | undefined {
    return this.#held?.links;
  }

  /** Somebody is signed in: opens their links, unless they are still open from before a lost connection. */
  signedIn(account: string): void {
    if (this.#ended || (this.#held && foldName(this.#held.account) === foldName(account))) return;
    this.signedOut();
    this.#held = { account, links: this.#open({ ...this.#setup, account }) };
  }

  /** Nobody is signed in any more. */
  signedOut(): void {
    const links = this.#held?.links;
    this.#held = undefined;
    if (links === undefined) return;
    const closing = Promise.resolve(links[Symbol.asyncDispose]())
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Closes what is open, and opens nothing any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.signedOut();
    await Promise.all(this.#closing);
  }
}
