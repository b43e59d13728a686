/** The handlers of links that others open. @module */
import { foldName } from "../../ground/names.ts";
import type { PeerLink, Purpose } from "./link.ts";

/** Handles a link, and closes it when done. */
export type LinkHandler = (link: PeerLink) => void;

/** Options for {@linkcode LinkHandlers}. */
export interface LinkHandlersOptions {
  /** Our own account; a call from it is refused. */
  readonly account: string;
  /** Whether an account may have a link of that purpose; by default all accounts may. */
  readonly accepts?: ((account: string, purpose: Purpose) => boolean) | undefined;
}

/** The handlers of one service. */
export class LinkHandlers {
  readonly #options: LinkHandlersOptions;
  readonly #handlers = new Map<LinkHandler, Purpose | undefined>();

  /** Has no handlers yet. */
  constructor(options: LinkHandlersOptions) {
    this.#options = options;
  }

  /** Passes links of one purpose, or all, to `handler`, until the result is disposed of. */
  add(handler: LinkHandler, purpose?: Purpose): Disposable {
    this.#handlers.set(handler, purpose);
    return { [Symbol.dispose]: () => void this.#handlers.delete(handler) };
  }

  /** Whether an account may open a link of that purpose, and there is a handler for it. */
  isWanted(account: string, purpose: Purpose): boolean {
    const { accepts = () => true, account: own } = this.#options;
    return foldName(account) !== foldName(own) && this.#of(purpose).length > 0 &&
      accepts(account, purpose);
  }

  /** Passes a link to its handlers; closes it if they were removed in the meantime. */
  deliver(link: PeerLink): void {
    const handlers = this.#of(link.purpose);
    if (handlers.length === 0) void link[Symbol.asyncDispose]();
    for (const handler of handlers) handler(link);
  }

  #of(purpose: Purpose): LinkHandler[] {
    return [...this.#handlers].filter(([, wanted]) => (wanted ?? purpose) === purpose)
      .map(([handler]) => handler);
  }
}
