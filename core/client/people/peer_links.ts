/**
 * Adapts core/peer to the client's interface of direct links.
 *
 * @module
 */
import type { Identity } from "../../identity/identity.ts";
import type { KnownPeers } from "../../identity/known_peers.ts";
import {
  type PeerLink,
  type PeerNotice,
  PeerService,
  type Purpose,
  serverRelay,
  TextLinks,
} from "../../peer/mod.ts";
import type { LinkEvent } from "../events/events.ts";
import type { DirectLinks, DirectText, LinkSetup, OpenLinks } from "./direct_links.ts";

/** Options for {@linkcode peerLinks}. */
export interface PeerLinksOptions {
  /** This client's identity. */
  readonly identity: Identity;
  /** The pinned keys. */
  readonly knownPeers: Pick<KnownPeers, "check" | "find">;
  /** Called with each service that is opened, for links other than messages. */
  readonly onService?: (service: PeerService | undefined) => void;
}

/** Returns the function that opens direct links for a client with this identity. */
export function peerLinks(options: PeerLinksOptions): OpenLinks {
  return (setup) => new PeerLinks(options, setup);
}

class PeerLinks implements DirectLinks {
  readonly #options: PeerLinksOptions;
  readonly #server: string;
  readonly #service: PeerService;
  readonly #texts: TextLinks;

  constructor(options: PeerLinksOptions, setup: LinkSetup) {
    this.#options = options;
    this.#server = setup.server;
    this.#service = new PeerService({
      identity: options.identity,
      knownPeers: options.knownPeers,
      account: setup.account,
      server: setup.server,
      relay: serverRelay({
        ...setup.address,
        get fingerprint() {
          return setup.signalling.fingerprint();
        },
        announce: (rendezvous) => setup.signalling.announce(rendezvous),
      }),
      signalling: {
        // Sending over a link does not need the server, which may be away.
        send: async (account, note) => {
          if (!await this.#texts.trySendNote(account, note)) {
            await setup.signalling.send(account, note);
          }
        },
      },
    });
    this.#service.onNotice((notice) => setup.receiver.noticed(toLinkEvent(notice)));
    this.#texts = new TextLinks({
      peers: this.#service,
      isNeeded: (account) => this.#service.isBusyWith(account),
    });
    this.#texts.onNote((account, note) => this.#service.receive(account, note));
    this.#texts.onMessage(({ account, ...message }) => setup.receiver.received(account, message));
    for (const purpose of ["file", "stream"] as const) {
      this.#service.onLink((link) => setup.receiver.linked(link), purpose);
    }
    options.onService?.(this.#service);
  }

  receive(account: string, note: string): void {
    this.#service.receive(account, note);
  }

  async send(account: string, message: DirectText): Promise<void> {
    await this.#texts.send(account, message);
  }

  async openLink(account: string, purpose: Purpose, signal: AbortSignal): Promise<PeerLink> {
    const link = await this.#service.open(account, purpose, { signal });
    this.#texts.keepOpen(account);
    return link;
  }

  async isVerified(account: string): Promise<boolean> {
    const peer = await this.#options.knownPeers.find({ server: this.#server, account });
    return peer?.verified ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onService?.(undefined);
    await this.#texts[Symbol.asyncDispose]();
    await this.#service[Symbol.asyncDispose]();
  }
}

function toLinkEvent(notice: PeerNotice): LinkEvent {
  switch (notice.kind) {
    case "pinned":
      return { event: "key-pinned", account: notice.account, pin: notice.pin };
    case "refused-changed-key":
      return { event: "key-changed", account: notice.account, pin: notice.pin };
    case "bad-note":
      return { event: "bad-peer-note", account: notice.account };
    case "cannot-listen":
      return { event: "cannot-listen", reason: notice.reason };
  }
}
