/**
 * Accounts, for every door: registration, password checks and their limits.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { type MaybePromise, whenReady } from "../../ground/maybe_promise.ts";
import { isAccountName } from "../../ground/names.ts";
import { fakeVerifier, makeVerifier, preparePassword } from "../../identity/password.ts";
import { ScramServer } from "../../identity/scram.ts";
import type { Verifier } from "../../identity/verifier.ts";
import { addressKey } from "../../net/address_key.ts";
import type { Throttle } from "../../net/throttle.ts";
import type { AccountStore } from "../../store/store.ts";
import type { Counters } from "../common/counters.ts";
import type { ChangeOutcome, CheckedSignIn, RegisterOutcome } from "../common/outcomes.ts";
import type { RegisterRequest, SignInRequest } from "../common/sign_in_request.ts";
import { AccountChanges } from "./account_changes.ts";
import { AccountLog } from "./account_log.ts";
import { type Bans, describeBan } from "./bans.ts";
import type { KnownAddresses } from "./known_addresses.ts";
import { isReserved } from "./names.ts";
import {
  PasswordChecks,
  type SignInAttempt,
  UNCONFIRMED_ADDRESS,
  unlessAborted,
} from "./password_checks.ts";

/** The next step of a SCRAM exchange. */
export type ScramStep =
  | { readonly state: "continue"; readonly message: string }
  | { readonly state: "last"; readonly message: string; readonly outcome: CheckedSignIn }
  | { readonly state: "failed"; readonly outcome: CheckedSignIn };

/** Options for {@linkcode Accounts}. */
export interface AccountsOptions {
  /** Stores the accounts. */
  readonly store: AccountStore;
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
  /** PBKDF2 iterations of new passwords; tests use few. */
  readonly iterations?: number;
}

const log = getLogger(["chat", "accounts"]);

/** The accounts of one server. */
export class Accounts {
  readonly #store: AccountStore;
  #serverName: string;
  #throttle: Throttle;
  #bans: Bans;
  #known: KnownAddresses;
  #sessions: AccountsOptions["sessions"];
  #wallNow: () => number;
  #cost: { readonly iterations?: number };
  readonly #checks: PasswordChecks;
  readonly #log: AccountLog;
  readonly #changes: AccountChanges;

  constructor(
    { store, serverName, throttle, bans, counters, known, sessions, ...options }: AccountsOptions,
  ) {
    this.#store = store;
    this.#serverName = serverName;
    this.#throttle = throttle;
    this.#bans = bans;
    this.#log = new AccountLog({ counters, steadyNow: options.steadyNow });
    this.#known = known;
    this.#changes = new AccountChanges({ store, bans, wallNow: options.wallNow });
    this.#checks = new PasswordChecks({ throttle, known });
    this.#sessions = sessions;
    this.#wallNow = options.wallNow;
    this.#cost = options.iterations === undefined ? {} : { iterations: options.iterations };
  }

  /** Settles when everything is stored. */
  get settled(): MaybePromise<void> {
    return this.#changes.settled;
  }

  /** Registers an account. */
  async register(request: RegisterRequest): Promise<RegisterOutcome> {
    const outcome = await this.#register(request);
    this.#log.registered(request, outcome);
    if (outcome.state === "ok") this.#noteHome(outcome.account, request);
    return outcome;
  }

  async #register(
    { name, password, address, signal, isUnconfirmed = false, isFree = () => true }:
      RegisterRequest,
  ): Promise<RegisterOutcome> {
    if (!isAccountName(name)) return { state: "bad-name" };
    if (isReserved(this.#serverName, name) && await this.#store.findLookalike(name) === undefined) {
      return { state: "reserved" };
    }
    const prepared = preparePassword(password);
    if (prepared.state === "refused") return { state: "weak-password", reason: prepared.reason };
    const attempt = {
      to: "register",
      address: isUnconfirmed ? UNCONFIRMED_ADDRESS : address,
    } as const;
    // Before any answer about the name: queries for taken or banned names must be rate limited.
    const allowed = await this.#throttle.take(attempt);
    if (allowed.state === "limited") return allowed;
    if (await this.#store.findLookalike(name) !== undefined) {
      return { state: await this.#store.find(name) ? "taken" : "lookalike" };
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
    const created = await this.#changes.change(() =>
      this.#store.create(name, made.verifier, this.#wallNow())
    );
    if (created === "not-stored") await this.#throttle.cancel(attempt);
    return created === "created" ? { state: "ok", account: name } : { state: created };
  }

  /** Checks a name and a password. */
  async signIn(request: SignInRequest): Promise<CheckedSignIn> {
    return this.#signedIn(request, await this.#changes.admit(await this.#check(request)));
  }

  /** As {@linkcode AccountChanges.admit}, for another session of the account, whose number is limited. */
  admitSession(outcome: CheckedSignIn): MaybePromise<CheckedSignIn> {
    return whenReady(this.#changes.admit(outcome), (admitted): CheckedSignIn => {
      if (admitted.state !== "ok") return admitted;
      const { most } = this.#sessions;
      if (this.#sessions.countOf(admitted.account) < most) return admitted;
      this.#log.hasTooManySessions(admitted.account, most);
      return { state: "too-many-sessions", most };
    });
  }

  /** Starts a SCRAM-SHA-256 exchange; pass it the client's messages in order. */
  scram(address: string): (message: string) => Promise<ScramStep> {
    const server = new ScramServer({ verifierOf: (name) => this.#verifierOf(name) });
    let attempt: SignInAttempt | undefined;
    return async (message) => {
      if (attempt === undefined) {
        const first = await server.first(message);
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
      const checked = { state: "ok", account: name, verifier: final.verifier } as const;
      const admitted = await this.#changes.admit(checked);
      const outcome = this.#signedIn({ name, address }, admitted);
      if (outcome.state !== "ok") return { state: "failed", outcome };
      return { state: "last", message: final.message, outcome };
    };
  }

  /** Changes a password if the old one is right. */
  async changePassword(request: SignInRequest, next: string): Promise<ChangeOutcome> {
    const outcome = await this.#check(request);
    if (outcome.state !== "ok") return outcome;
    const made = await makeVerifier(next, this.#cost);
    if (made.state === "refused") return { state: "weak-password", reason: made.reason };
    if (made.state === "busy") return made;
    const changed = await this.#changes.changeAdmitted(
      outcome,
      (account) => this.#store.setVerifier(account, made.verifier),
    );
    if (changed.state === "ok") {
      log.info("password changed: account {account}", { account: changed.account });
    }
    return changed;
  }

  /** Sets a password without the old one: for the server's owner. */
  async resetPassword(
    name: string,
    next: string,
  ): Promise<ChangeOutcome | { readonly state: "unknown" }> {
    const account = await this.#store.find(name);
    if (!account) return { state: "unknown" };
    const made = await makeVerifier(next, this.#cost);
    if (made.state === "refused") return { state: "weak-password", reason: made.reason };
    if (made.state === "busy") return made;
    const reset = await this.#changes.change(() =>
      whenReady(this.#store.find(name), (present) => {
        if (present?.createdAt !== account.createdAt) return "unknown";
        return whenReady(this.#store.setVerifier(account.name, made.verifier), () => "ok" as const);
      })
    );
    if (reset !== "ok") return { state: reset };
    this.#known.forget(account.name);
    log.info("password reset: account {account}", { account: account.name });
    return { state: "ok", account: account.name };
  }

  /** Deletes an account if the password is right. */
  async drop(request: SignInRequest): Promise<ChangeOutcome> {
    const dropped = await this.#changes.changeAdmitted(
      await this.#check(request),
      (account) => this.#store.drop(account),
    );
    if (dropped.state !== "ok") return dropped;
    const { account } = dropped;
    this.#known.forget(account);
    log.info("dropped: account {account}", { account });
    return dropped;
  }

  /** Whether the password is right; {@linkcode AccountChanges.admit} decides what that allows. */
  #check(claim: SignInRequest): Promise<CheckedSignIn> {
    return this.#checks.check(claim, (name) => this.#verifierOf(name));
  }

  #signedIn(request: Omit<SignInRequest, "password">, outcome: CheckedSignIn): CheckedSignIn {
    if (outcome.state === "ok") {
      this.#changes.touch(outcome.account);
      this.#noteHome(outcome.account, request);
    }
    this.#log.signedIn(request, outcome);
    return outcome;
  }

  /** Remembers the address of a sign-in, unless it may be forged. */
  #noteHome(
    account: string,
    { address, isUnconfirmed = false }: Omit<SignInRequest, "password">,
  ): void {
    if (!isUnconfirmed) this.#known.note(account, address);
  }

  /** The verifier of a name. An unknown name has one as well, so that its check takes as long and looks the same. */
  #verifierOf(name: string): MaybePromise<Verifier> {
    return whenReady(
      this.#store.find(name),
      (account) => account?.verifier ?? fakeVerifier(name, this.#store.secret, this.#cost),
    );
  }
}
