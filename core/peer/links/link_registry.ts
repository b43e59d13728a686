/** The open links of one peer service. @module */
import { foldName } from "../../ground/names.ts";
import { tryClose } from "../../net/try_close.ts";
import type { PeerLink } from "./link.ts";

/** Records all open links. They are closed by their users, or by {@linkcode LinkRegistry.closeAll}. */
export class LinkRegistry {
  readonly #links = new Set<PeerLink>();
  #isClosed = false;

  /** Number of open links. */
  get count(): number {
    return this.#links.size;
  }

  /** Makes a link for its user, who disposes of it to close it. */
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

  /** Whether a file or a stream is being transferred with an account. */
  isBusyWith(account: string): boolean {
    const name = foldName(account);
    return [...this.#links].some((link) =>
      link.purpose !== "text" && foldName(link.account) === name
    );
  }

  /** Closes all links; a link made from now on is closed at once. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#links].map((link) => link[Symbol.asyncDispose]()));
  }
}
