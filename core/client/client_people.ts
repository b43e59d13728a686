/**
 * What can be done with people: write to them, ask who they are, compare keys.
 *
 * @module
 */
import type { OwnAccount } from "./own_account.ts";
import type {
  PeerKeys,
  RefusedKeyOutcome,
  SafetyNumberOutcome,
  TrustOutcome,
  VerifyOutcome,
} from "./peer_keys.ts";
import { type Presence, requireSession, type SessionSource } from "./ports.ts";
import type { PrivateMessages } from "./private_messages.ts";
import { type KnownUser, listUsers } from "./queries.ts";
import { whois, type WhoisFact } from "./whois.ts";

/** What {@linkcode ClientPeople} works with. */
export interface ClientPeopleParts {
  /** The connection. */
  readonly sessions: SessionSource;
  /** Who we are. */
  readonly own: Pick<OwnAccount, "signedInAs">;
  /** Who is seen. */
  readonly presence: Pick<Presence, "spelled">;
  /** Sends private messages. */
  readonly messages: Pick<PrivateMessages, "send">;
  /** The keys of others. */
  readonly keys: PeerKeys;
}

/** The people on the server. */
export class ClientPeople {
  readonly #parts: ClientPeopleParts;

  /** Nothing is asked yet. */
  constructor(parts: ClientPeopleParts) {
    this.#parts = parts;
  }

  /** Sends a private message, directly where that is possible. @throws {ClientError} When it was not sent. */
  message(to: string, text: string): Promise<void> {
    const { messages, presence } = this.#parts;
    return messages.send({ to: presence.spelled(to), text, action: false });
  }

  /** What the server knows of somebody. @throws {ClientError} `no-such-user`. */
  async whois(nick: string): Promise<readonly WhoisFact[]> {
    return await whois(requireSession(this.#parts.sessions), nick);
  }

  /** Everybody the server knows, online or not. @throws {ClientError} `not-signed-in`, ... */
  async list(): Promise<readonly KnownUser[]> {
    return await listUsers(requireSession(this.#parts.sessions));
  }

  /** Marks us as away, or with `undefined` as back. @throws {ClientError} */
  async away(reason: string | undefined): Promise<void> {
    await requireSession(this.#parts.sessions).request({
      command: "AWAY",
      params: reason === undefined ? [] : [reason],
    });
  }

  /** The number that we and the owner of `account` should both see. Takes some 30 ms. */
  safetyNumber(account: string): Promise<SafetyNumberOutcome> {
    return this.#parts.keys.safetyNumber(this.#parts.own.signedInAs, account);
  }

  /** Notes that the safety number of `account` was compared. */
  verify(account: string): Promise<VerifyOutcome> {
    return this.#parts.keys.verify(this.#parts.own.signedInAs, account);
  }

  /** The key of `account` that was refused because another one is pinned. */
  refusedKey(account: string): Promise<RefusedKeyOutcome> {
    return this.#parts.keys.refused(account);
  }

  /** Trusts `refused`, as {@linkcode ClientPeople.refusedKey} gave it, instead of the pinned key. */
  trust(account: string, refused: string): Promise<TrustOutcome> {
    return this.#parts.keys.trust(account, refused);
  }
}
