/**
 * Functions for people: private messages, WHOIS, keys.
 *
 * @module
 */
import type { Presence } from "../common/ports.ts";
import { type KnownUser, listUsers } from "../session/queries.ts";
import { requireSession, type SessionSource } from "../session/session_source.ts";
import { whois, type WhoisFact } from "../session/whois.ts";
import type { OwnAccount } from "./own_account.ts";
import type {
  PeerKeys,
  RefusedKeyOutcome,
  SafetyNumberOutcome,
  TrustOutcome,
  VerifyOutcome,
} from "./peer_keys.ts";
import type { PrivateMessages } from "./private_messages.ts";

/** Parts used by {@linkcode ClientPeople}. */
export interface ClientPeopleParts {
  /** The connection. */
  readonly sessions: SessionSource;
  /** Our own account. */
  readonly own: Pick<OwnAccount, "signedInAs">;
  /** The members of our rooms. */
  readonly presence: Pick<Presence, "spelled">;
  /** Sends private messages. */
  readonly messages: Pick<PrivateMessages, "send">;
  /** The keys of others. */
  readonly keys: PeerKeys;
}

/** The people on the server. */
export class ClientPeople {
  readonly #parts: ClientPeopleParts;

  /** Sends nothing yet. */
  constructor(parts: ClientPeopleParts) {
    this.#parts = parts;
  }

  /** Sends a private message, directly if possible. @throws {ClientError} When it was not sent. */
  message(to: string, text: string): Promise<void> {
    const { messages, presence } = this.#parts;
    return messages.send({ to: presence.spelled(to), text, action: false });
  }

  /** Asks the server about a user (WHOIS). @throws {ClientError} `no-such-user`. */
  async whois(nick: string): Promise<readonly WhoisFact[]> {
    return await whois(requireSession(this.#parts.sessions), nick);
  }

  /** All users known to the server, online or not. @throws {ClientError} `not-signed-in`, ... */
  async list(): Promise<readonly KnownUser[]> {
    return await listUsers(requireSession(this.#parts.sessions));
  }

  /** Marks us as away, or as back with `undefined`. @throws {ClientError} */
  async away(reason: string | undefined): Promise<void> {
    await requireSession(this.#parts.sessions).request({
      command: "AWAY",
      params: reason === undefined ? [] : [reason],
    });
  }

  /** The safety number of our account and `account`, the same on both sides. Takes about 30 ms. */
  safetyNumber(account: string): Promise<SafetyNumberOutcome> {
    return this.#parts.keys.safetyNumber(this.#parts.own.signedInAs, account);
  }

  /** Notes that the safety number of `account` has been compared. */
  verify(account: string): Promise<VerifyOutcome> {
    return this.#parts.keys.verify(this.#parts.own.signedInAs, account);
  }

  /** The key of `account` that was refused because another one is pinned. */
  refusedKey(account: string): Promise<RefusedKeyOutcome> {
    return this.#parts.keys.refused(account);
  }

  /** Trusts `refused`, from {@linkcode ClientPeople.refusedKey}, instead of the pinned key. */
  trust(account: string, refused: string): Promise<TrustOutcome> {
    return this.#parts.keys.trust(account, refused);
  }
}
