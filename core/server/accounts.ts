/**
 * Accounts, as every door uses them: one place for passwords, limits and what they are answered.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { fakeVerifier, makeVerifier, preparePassword } from "../identity/password.ts";
import { ScramServer } from "../identity/scram.ts";
import { isSameVerifier } from "../identity/verifier.ts";
import { isAccountName, MAX_NICK_BYTES } from "../irc/names.ts";
import { addressKey } from "../net/address_key.ts";
import type { Throttle } from "../net/throttle.ts";
import type { SqliteStore } from "../store/sqlite_store.ts";
import { StoreError } from "../store/store.ts";
import { type Bans, describeBan } from "./bans.ts";
import type { RegisterRequest, SignInRequest } from "./sign_in_request.ts";
import type { Counters } from "./counters.ts";
import { isReserved } from "./names.ts";
import type { KnownAddresses } from "./known_addresses.ts";
import type { ChangeOutcome, CheckedSignIn, NotStored, RegisterOutcome } from "./outcomes.ts";
import {
  PasswordChecks,
  type SignInAttempt,
  UNCONFIRMED_ADDRESS,
  unlessAborted,
} from "./password_checks.ts";
import { RateLimitedLog } from "./rate_limited_log.ts";

/** A SCRAM exchange under way: what to send next. */
export type ScramStep =
  | { readonly state: "continue"; readonly message: string }
  | { readonly state: "last"; readonly message: string; readonly outcome: CheckedSignIn }
  | { readonly state: "failed"; readonly outcome: CheckedSignIn };

/** What {@linkcode Accounts} needs. */
export interface AccountsOptions {
  readonly store: SqliteStore;
  /** The server's own name, which no account may have. */
  readonly serverName: string;
  readonly throttle: Throttle;
  readonly bans: Bans;
  readonly counters: Counters;
  readonly known: KnownAddresses;
  /** How many sessions an account has now, and how many it may have. */
  readonly sessions: { countOf(account: string): number; readonly most: number };
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
  /** PBKDF2 rounds of new passwords; tests take few. */
  readonly iterations?: number;
}

/** Shortest pause between two log lines about limited attempts: they come by the thousand. */
const LIMITED_LOGGED_MS = 1_000;

const log = getLogger(["chat", "accounts"]);

/** The accounts of one server. */
export class Accounts {
  #store: SqliteStore;
  #serverName: string;
  #throttle: Throttle;
  #bans: Bans;
  #counters: Counters;
  #known: KnownAddresses;
  #sessions: AccountsOptions["sessions"];
  #steadyNow: () => number;
  #wallNow: () => number;
  #cost: { readonly iterations?: number };
  readonly #checks: PasswordChecks;
  #limitedLogged = new RateLimitedLog(LIMITED_LOGGED_MS);

  constructor(
    { store, serverName, throttle, bans, counters, known, sessions, ...options }: AccountsOptions,
  ) {
    this.#store = store;
    this.#serverName = serverName;
    this.#throttle = throttle;
    this.#bans = bans;
    this.#counters = counters;
    this.#known = known;
    this.#checks = new PasswordChecks({ throttle, known });
    this.#sessions = sessions;
    this.#steadyNow = options.steadyNow;
    this.#wallNow = options.wallNow;
    this.#cost = options.iterations === undefined ? {} : { iterations: options.iterations };
  }

  /** Makes an account. */
  async register(claim: RegisterRequest): Promise<RegisterOutcome> {
    const outcome = await this.#register(claim);
    this.#counters.registrations[outcome.state]++;
    const line = "registration {result}: account {account} from {address}";
    const what = { result: outcome.state, account: shown(claim.name), address: claim.address };
    if (outcome.state === "limited") this.#noteLimited(line, what);
    else log.info(line, what);
    if (outcome.state === "ok") this.#noteHome(outcome.account, claim);
    return outcome;
  }

  async #register(
    { name, password, address, signal, isUnconfirmed = false, isFree = () => true }:
      RegisterRequest,
  ): Promise<RegisterOutcome> {
    if (!isAccountName(name)) return { state: "bad-name" };
    const names = { name: this.#serverName, store: this.#store };
    if (isReserved(names, name)) return { state: "reserved" };
    const prepared = preparePassword(password);
    if (prepared.state === "refused") return { state: "weak-password", reason: prepared.reason };
    const attempt = {
      to: "register",
      address: isUnconfirmed ? UNCONFIRMED_ADDRESS : address,
    } as const;
    // Before anything is said about the name: which are taken, or banned, is not to be asked by the dozen.
    const allowed = await this.#throttle.take(attempt);
    if (allowed.state === "limited") return allowed;
    if (this.#store.accounts.findLookalike(name) !== undefined) {
      return { state: this.#store.accounts.find(name) ? "taken" : "lookalike" };
    }
    if (!isFree(name)) return { state: "in-use" };
    const banned = this.#bans.ofAccount(name);
    if (banned) return { state: "banned", why: describeBan(banned) };
    const place = { ...this.#cost, from: addressKey(attempt.address), signal };
    const made = await unlessAborted(() => makeVerifier(password, place));
    if (made === "gone") return { state: "busy" };
    if (made.state === "refused") return { state: "weak-password", reason: made.reason };
    if (made.state === "busy") {
      await this.#throttle.cancel(attempt);
      return made;
    }
    if (!isFree(name)) return { state: "in-use" };
    const created = this.#tryStore(() =>
      this.#store.accounts.create(name, made.verifier, this.#wallNow())
    );
    if (created === "not-stored") await this.#throttle.cancel(attempt);
    return created === "created" ? { state: "ok", account: name } : { state: created };
  }

  /** Checks a name and a password. */
  async signIn(claim: SignInRequest): Promise<CheckedSignIn> {
    return this.#signedIn(claim, this.admit(await this.#check(claim)));
  }

  /**
   * What a sign-in comes to now. Since its password was checked, the account may have been banned, dropped, made
   * anew by somebody else, or given another password: whoever acts on an outcome asks just before, without a wait between.
   */
  admit(outcome: CheckedSignIn): CheckedSignIn {
    if (outcome.state !== "ok") return outcome;
    const account = this.#store.accounts.find(outcome.account);
    if (!account || !isSameVerifier(account.verifier, outcome.verifier)) return { state: "wrong" };
    const banned = this.#bans.ofAccount(account.name);
    if (banned) return { state: "banned", why: describeBan(banned) };
    return { ...outcome, account: account.name };
  }

  /**
   * As {@linkcode Accounts.admit}, for a session that begins to be the account's: one account may not have them all.
   */
  admitSession(outcome: CheckedSignIn): CheckedSignIn {
    const admitted = this.admit(outcome);
    if (admitted.state !== "ok") return admitted;
    const { most } = this.#sessions;
    if (this.#sessions.countOf(admitted.account) < most) return admitted;
    this.#counters.signIns["too-many-sessions"]++;
    log.warn("sign-in refused: account {account} has {most} sessions", {
      account: admitted.account,
      most,
    });
    return { state: "too-many-sessions", most };
  }

  /** Begins a SCRAM-SHA-256 exchange; feed it the client's messages in order. */
  scram(address: string): (message: string) => Promise<ScramStep> {
    const server = new ScramServer({ verifierOf: (name) => this.#verifierOf(name) });
    let attempt: SignInAttempt | undefined;
    return async (message) => {
      if (attempt === undefined) {
        const first = server.first(message);
        if (first.state === "failed") return { state: "failed", outcome: { state: "wrong" } };
        const wished = this.#checks.attemptOf({ name: first.name, address });
        const allowed = await this.#throttle.take(wished);
        if (allowed.state === "limited") {
          const outcome = this.#signedIn({ name: first.name, address }, allowed);
          return { state: "failed", outcome };
        }
        attempt = wished;
        return { state: "continue", message: first.message };
      }
      const { account: name } = attempt;
      const final = server.final(message);
      if (final.state === "failed") {
        return { state: "failed", outcome: this.#signedIn({ name, address }, { state: "wrong" }) };
      }
      await this.#throttle.giveBack(attempt);
      const admitted = this.admit({ state: "ok", account: name, verifier: final.verifier });
      const outcome = this.#signedIn({ name, address }, admitted);
      if (outcome.state !== "ok") return { state: "failed", outcome };
      return { state: "last", message: final.message, outcome };
    };
  }

  /** Changes a password, if the old one is right. */
  async changePassword(claim: SignInRequest, next: string): Promise<ChangeOutcome> {
    const outcome = await this.#check(claim);
    if (outcome.state !== "ok") return outcome;
    const made = await makeVerifier(next, this.#cost);
    if (made.state === "refused") return { state: "weak-password", reason: made.reason };
    if (made.state === "busy") return made;
    const admitted = this.admit(outcome);
    if (admitted.state !== "ok") return admitted;
    const { account } = admitted;
    const stored = this.#tryStore(() => this.#store.accounts.setVerifier(account, made.verifier));
    if (stored === "not-stored") return { state: stored };
    log.info("password changed: account {account}", { account });
    return { state: "ok", account };
  }

  /** Sets a password without the old one: for the server's owner. */
  async resetPassword(
    name: string,
    next: string,
  ): Promise<ChangeOutcome | { readonly state: "unknown" }> {
    const account = this.#store.accounts.find(name);
    if (!account) return { state: "unknown" };
    const made = await makeVerifier(next, this.#cost);
    if (made.state === "refused") return { state: "weak-password", reason: made.reason };
    if (made.state === "busy") return made;
    const present = this.#store.accounts.find(name);
    if (present?.createdAt !== account.createdAt) return { state: "unknown" };
    const stored = this.#tryStore(() =>
      this.#store.accounts.setVerifier(account.name, made.verifier)
    );
    if (stored === "not-stored") return { state: stored };
    this.#known.forget(account.name);
    log.info("password reset: account {account}", { account: account.name });
    return { state: "ok", account: account.name };
  }

  /** Drops an account, if the password is right. */
  async drop(claim: SignInRequest): Promise<ChangeOutcome> {
    const admitted = this.admit(await this.#check(claim));
    if (admitted.state !== "ok") return admitted;
    const { account } = admitted;
    const stored = this.#tryStore(() => this.#store.accounts.drop(account));
    if (stored === "not-stored") return { state: stored };
    this.#known.forget(account);
    log.info("dropped: account {account}", { account });
    return { state: "ok", account };
  }

  /** Whether the password is right; what that is good for, {@linkcode Accounts.admit} tells. */
  #check(claim: SignInRequest): Promise<CheckedSignIn> {
    return this.#checks.check(claim, (name) => this.#verifierOf(name));
  }

  #signedIn(claim: Omit<SignInRequest, "password">, outcome: CheckedSignIn): CheckedSignIn {
    const { name, address } = claim;
    this.#counters.signIns[outcome.state]++;
    if (outcome.state === "ok") {
      this.#touch(outcome.account);
      this.#noteHome(outcome.account, claim);
    }
    const line = "sign-in {result}: account {account} from {address}";
    const what = { result: outcome.state, account: shown(name), address };
    if (outcome.state === "ok") log.info(line, what);
    else if (outcome.state === "limited") this.#noteLimited(line, what);
    else log.warn(line, what);
    return outcome;
  }

  /** An address that may be forged is nobody's. */
  #noteHome(
    account: string,
    { address, isUnconfirmed = false }: Omit<SignInRequest, "password">,
  ): void {
    if (!isUnconfirmed) this.#known.note(account, address);
  }

  /** Who is limited goes on trying: the log need not hear of each time. */
  #noteLimited(line: string, what: Record<string, unknown>): void {
    const turn = this.#limitedLogged.take(this.#steadyNow());
    if (!turn) return;
    log.warn(line, turn.missed === 0 ? what : { ...what, alsoLimited: turn.missed });
  }

  /** Writes something, or says in the log why it cannot be written. */
  #tryStore<T>(write: () => T): T | NotStored["state"] {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.error("could not save account ({fault}): {error}", {
        fault: error.fault,
        error: error.message,
      });
      return "not-stored";
    }
  }

  /** A full disk is no reason to keep people out. */
  #touch(account: string): void {
    try {
      this.#store.accounts.touch(account, this.#wallNow());
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.error("could not save last sign-in: {error}", { error: error.message });
    }
  }

  /** An unknown name gets a verifier as well: it costs and looks the same. */
  #verifierOf(name: string) {
    return this.#store.accounts.find(name)?.verifier ??
      fakeVerifier(name, this.#store.accounts.secret, this.#cost);
  }
}

/** A claimed name for the log: it may be as long as a line. */
function shown(name: string): string {
  return name.slice(0, MAX_NICK_BYTES + 1);
}
