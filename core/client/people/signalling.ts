/**
 * What direct links need from the server: sending notes, preparing its relay, and its certificate.
 *
 * @module
 */
import { ClientError } from "../events/errors.ts";
import { PEER_TAG } from "../session/incoming.ts";
import { requireSession, type SessionSource } from "../session/session_source.ts";

/** Signalling of direct links over the connection to the server. */
export class ServerSignalling {
  readonly #sessions: SessionSource;

  /** Sends nothing yet. */
  constructor(sessions: SessionSource) {
    this.#sessions = sessions;
  }

  /**
   * Sends a note to another account's client.
   *
   * @throws {ClientError} `no-such-user`, `disconnected`, `unsupported`.
   */
  async send(account: string, note: string): Promise<void> {
    const session = requireSession(this.#sessions);
    if (!session.capabilities.has("message-tags")) throw new ClientError({ kind: "no-notes" });
    const tags = { [PEER_TAG]: note };
    await session.request({ command: "TAGMSG", params: [account], tags });
  }

  /** Announces a rendezvous at the server's relay. @throws {ClientError} */
  async announce(rendezvous: string): Promise<void> {
    const session = requireSession(this.#sessions);
    await session.request({ command: "RELAY", params: [rendezvous] });
  }

  /** SHA-256 of the server's certificate. @throws {ClientError} `disconnected`. */
  fingerprint(): string {
    return requireSession(this.#sessions).server.fingerprint;
  }
}
