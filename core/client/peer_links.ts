/**
 * The direct links of core/peer, as the client uses them.
 *
 * @module
 */
import type { Identity } from "../identity/identity.ts";
import type { KnownPeers } from "../identity/known_peers.ts";
import {
  formatPin,
  type PeerLink,
  type PeerNotice,
  PeerService,
  type Purpose,
  serverRelay,
  TextLinks,
} from "../peer/mod.ts";
import type { DirectLinks, DirectText, LinkSetup, OpenLinks } from "./direct_links.ts";

/** What direct links need beyond an account. */
export interface PeerLinksOptions {
  /** What this client shows to others. */
  readonly identity: Identity;
  /** Whose key is whose. */
  readonly knownPeers: Pick<KnownPeers, "check" | "find">;
  /** Hears of each service that is opened, for what goes over links beside messages. */
  readonly onService?: (service: PeerService | undefined) => void;
}

/** Makes the opener of direct links for a client with this identity. */
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
          return setup.fingerprint();
        },
        announce: (rendezvous) => setup.announce(rendezvous),
      }),
      signalling: {
        // What is said over a link needs no server, which may be away by now.
        send: async (account, note) => {
          if (!await this.#texts.trySendNote(account, note)) await setup.send(account, note);
        },
      },
    });
    this.#service.onNotice((notice) => tell(notice, setup));
    this.#texts = new TextLinks({
      peers: this.#service,
      isNeeded: (account) => this.#service.isBusyWith(account),
    });
    this.#texts.onNote((account, note) => this.#service.receive(account, note));
    this.#texts.onMessage(({ account, ...message }) => setup.received(account, message));
    for (const purpose of ["file", "stream"] as const) {
      this.#service.onLink((link) => setup.linked(link), purpose);
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

function tell(notice: PeerNotice, { notice: say, error }: LinkSetup): void {
  switch (notice.kind) {
    case "pinned":
      return say(
        `First direct link with ${notice.account}: key ${
          formatPin(notice.pin)
        } is trusted from now on ` +
          `(/verify ${notice.account} compares it)`,
      );
    case "refused-changed-key":
      return error(
        "untrusted-peer",
        `THE KEY OF ${notice.account} HAS CHANGED to ${
          formatPin(notice.pin)
        }: no link. Either they have a new ` +
          `machine, or somebody pretends to be them. Ask them, then /trust ${notice.account}`,
      );
    case "bad-note":
      return say(`The client of ${notice.account} sent a request that makes no sense`);
    case "cannot-listen":
      return say(`Others cannot open direct links to this client: ${notice.reason}`);
  }
}
