/**
 * The account of this client: signing in and out, and the credentials for signing in again after a lost connection.
 *
 * @module
 */
import type { OwnNames } from "../common/ports.ts";
import { ClientError } from "../events/errors.ts";
import * as accounts from "../session/account.ts";
import type { Credentials } from "../session/sasl.ts";
import type { ServerSession } from "../session/session.ts";
import { requireSession, type SessionSource } from "../session/session_source.ts";

/** Keeps the credentials of the last sign-in, in memory only. */
export class CredentialMemory {
  /** The credentials for the next connection. */
  credentials: Credentials | undefined;
}

/** Signs in and out. */
export class OwnAccount implements OwnNames {
  readonly #sessions: SessionSource;
  readonly #memory: CredentialMemory;

  /** Not signed in. */
  constructor(sessions: SessionSource, memory: CredentialMemory) {
    this.#sessions = sessions;
    this.#memory = memory;
  }

  /** Our nickname on the server; see {@linkcode OwnNames}. */
  get nick(): string {
    return this.#sessions.session?.nick ?? this.#memory.credentials?.account ?? "*";
  }

  /** Our account, or the one to sign in to after reconnecting. */
  get account(): string | undefined {
    return this.signedInAs ?? this.#memory.credentials?.account;
  }

  /** The account we are signed in to now. */
  get signedInAs(): string | undefined {
    return this.#sessions.session?.account;
  }

  /** Registers an account and signs in to it. @throws {ClientError} `account-exists`, `weak-password`, ... */
  async register(who: Credentials): Promise<void> {
    await accounts.registerAccount(this.#signedOutSession(), who);
    this.#memory.credentials = who;
  }

  /** Signs in. @throws {ClientError} `wrong-password`, `too-many-attempts`, ... */
  async login(who: Credentials): Promise<void> {
    await accounts.signIn(this.#signedOutSession(), who);
    this.#memory.credentials = who;
  }

  /** Signs out; the connection stays. @throws {ClientError} `not-signed-in`. */
  async logout(): Promise<void> {
    await accounts.signOut(requireSession(this.#sessions));
    this.#memory.credentials = undefined;
  }

  /** Changes the password. Returns the server's remark, if any. @throws {ClientError} */
  async passwd(old: string, fresh: string): Promise<string | undefined> {
    const session = requireSession(this.#sessions);
    const answer = await accounts.changePassword(session, old, fresh);
    const { account } = session;
    if (this.#memory.credentials && account) {
      this.#memory.credentials = { account, password: fresh };
    }
    return answer;
  }

  #signedOutSession(): ServerSession {
    const session = requireSession(this.#sessions);
    if (session.account === undefined) return session;
    throw new ClientError({ kind: "already-signed-in", account: session.account });
  }
}
