/** The links of one peer service that are open. @module */
import { foldName } from "../../ground/names.ts";
import { tryClose } from "../../net/try_close.ts";
import type { PeerLink } from "./link.ts";

/** Knows every open link; their users close them, or {@linkcode LinkRegistry.closeAll}. */
export class LinkRegistry {
  readonly #links = new Set<PeerLink>();
  #isClosed = false;

  /** How many links are open. */
  get count(): number {
    return this.#links.size;
  }

  /** Makes the link that its user gets, and closes when it disposes of it. */
  own(parts: Omit<PeerLink, typeof Symbol.asyncDispose>): PeerLink {
    const link: PeerLink = {
      ...parts,
      [Symbol.asyncDispose]: () => {
        this.#links.delete(link);
        tryClose(parts.conn);
        return Promise.resolve();
      },
    };
    this.#links.add(link);
    if (this.#isClosed) void link[Symbol.asyncDispose]();
    return link;
  }

  /** Whether a file or a stream goes on with an account. */
  isBusyWith(account: string): boolean {
    const name = foldName(account);
    return [...this.#links].some((link) =>
      link.purpose !== "text" && foldName(link.account) === name
    );
  }

  /** Closes every link; a link that is made from now on is closed at once. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#links].map((link) => link[Symbol.asyncDispose]()));
  }
}
