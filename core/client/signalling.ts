/**
 * What direct links ask of the server: to carry notes, to prepare its relay, and which certificate it has.
 *
 * @module
 */
import { ClientError } from "./errors.ts";
import { PEER_TAG } from "./inbox.ts";
import { requireSession, type SessionSource } from "./ports.ts";

/** Signalling of direct links over the connection to the server. */
export class ServerSignalling {
  readonly #sessions: SessionSource;

  /** Nothing is sent yet. */
  constructor(sessions: SessionSource) {
    this.#sessions = sessions;
  }

  /**
   * Carries a note to another account's client.
   *
   * @throws {ClientError} `no-such-user`, `disconnected`, `unsupported`.
   */
  async send(account: string, note: string): Promise<void> {
    const session = requireSession(this.#sessions);
    if (!session.capabilities.has("message-tags")) throw new ClientError({ kind: "no-notes" });
    const tags = { [PEER_TAG]: note };
    await session.request({ command: "TAGMSG", params: [account], tags });
  }

  /** Says where two clients will meet at the server's relay. @throws {ClientError} */
  async announce(rendezvous: string): Promise<void> {
    const session = requireSession(this.#sessions);
    await session.request({ command: "RELAY", params: [rendezvous] });
  }

  /** SHA-256 of the server's certificate. @throws {ClientError} `disconnected`. */
  fingerprint(): string {
    return requireSession(this.#sessions).server.fingerprint;
  }
}
