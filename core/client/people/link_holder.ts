/**
 * The direct links of the account that is signed in; they stay open when the connection to the server is lost.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import type { PeerLink, Purpose } from "../../peer/mod.ts";
import { ClientError } from "../events/errors.ts";
import type {
  DirectLinks,
  LinkOpener,
  LinkReceiver,
  LinkSetup,
  LinkSource,
  OpenLinks,
} from "./direct_links.ts";

/** Options for {@linkcode LinkHolder}. */
export interface LinkHolderOptions extends Omit<LinkSetup, "account" | "receiver"> {
  /** Opens links; without it, there are none. */
  readonly open: OpenLinks | undefined;
}

/** Holds the direct links of the account that is signed in. */
export class LinkHolder implements LinkSource, LinkOpener<PeerLink>, AsyncDisposable {
  readonly #options: LinkHolderOptions;
  readonly #closing = new Set<Promise<void>>();
  #held: { readonly account: string; readonly links: DirectLinks } | undefined;
  #ended = false;

  /** Opens nothing before {@linkcode signedIn}. */
  constructor(options: LinkHolderOptions) {
    this.#options = options;
  }

  /** The links, while signed in. */
  get links(): DirectLinks | undefined {
    return this.#held?.links;
  }

  /** Opens a link to an account's client; the caller closes it. @throws {PeerError} @throws {ClientError} */
  async openLink(account: string, purpose: Purpose, signal: AbortSignal): Promise<PeerLink> {
    if (this.links) return await this.links.openLink(account, purpose, signal);
    throw new ClientError({ kind: "sign-in-first", wanted: "links" });
  }

  /** Opens the links of an account, unless they are still open from before a lost connection. */
  signedIn(account: string, receiver: LinkReceiver): void {
    const { open, ...setup } = this.#options;
    if (this.#ended || open === undefined) return;
    if (this.#held && foldName(this.#held.account) === foldName(account)) return;
    this.signedOut();
    this.#held = { account, links: open({ ...setup, account, receiver }) };
  }

  /** Closes the links after signing out. */
  signedOut(): void {
    const links = this.#held?.links;
    this.#held = undefined;
    if (links === undefined) return;
    const closing = Promise.resolve(links[Symbol.asyncDispose]())
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Closes the links permanently. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.signedOut();
    await Promise.all(this.#closing);
  }
}
