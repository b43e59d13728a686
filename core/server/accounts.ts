/**
 * Accounts, as every door uses them: one place for passwords, limits and what they are answered.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { checkPassword, fakeVerifier, makeVerifier } from "../identity/password.ts";
import { ScramServer } from "../identity/scram.ts";
import { isAccountName } from "../irc/names.ts";
import { isReserved } from "./names.ts";
import type { Throttle } from "../net/throttle.ts";
import type { Store } from "../store/store.ts";

/** Somebody's claim to an account. */
export interface Claim {
  readonly name: string;
  readonly password: string;
  /** Where they are, for the limits. */
  readonly address: string;
}

/** What became of a sign-in. A wrong name and a wrong password are one answer. */
export type SignInOutcome =
  | { readonly state: "ok"; readonly account: string }
  | { readonly state: "wrong" }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" };

/** What became of a registration. */
export type RegisterOutcome =
  | { readonly state: "ok"; readonly account: string }
  | { readonly state: "bad-name" | "taken" | "lookalike" }
  | { readonly state: "weak-password"; readonly reason: string }
  | { readonly state: "limited"; readonly retryMs: number }
  | { readonly state: "busy" };

/** What became of a new password. */
export type ChangeOutcome =
  | SignInOutcome
  | { readonly state: "weak-password"; readonly reason: string };

/** A SCRAM exchange under way: what to send next. */
export type ScramStep =
  | { readonly state: "continue"; readonly message: string }
  | { readonly state: "last"; readonly message: string; readonly outcome: SignInOutcome }
  | { readonly state: "failed"; readonly outcome: SignInOutcome };

/** What {@linkcode Accounts} needs. */
export interface AccountsOptions {
  readonly store: Store;
  readonly throttle: Throttle;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** PBKDF2 rounds of new passwords; tests take few. */
  readonly iterations?: number;
}

const log = getLogger(["chat", "accounts"]);

/** The accounts of one server. */
export class Accounts {
  #store: Store;
  #throttle: Throttle;
  #now: () => number;
  #cost: { readonly iterations?: number };

  constructor({ store, throttle, now, iterations }: AccountsOptions) {
    this.#store = store;
    this.#throttle = throttle;
    this.#now = now;
    this.#cost = iterations === undefined ? {} : { iterations };
  }

  /** Makes an account. */
  async register({ name, password, address }: Claim): Promise<RegisterOutcome> {
    if (!isAccountName(name) || isReserved(name)) return { state: "bad-name" };
    const lookalike = this.#store.findLookalike(name);
    if (lookalike !== undefined) {
      return { state: this.#store.findAccount(name) ? "taken" : "lookalike" };
    }
    const allowed = await this.#throttle.take({ to: "register", address });
    if (allowed.state === "limited") {
      log.warn("registration limited: address {address}", { address });
      return allowed;
    }
    const made = await makeVerifier(password, this.#cost);
    if (made.state === "refused") return { state: "weak-password", reason: made.reason };
    if (made.state === "busy") return made;
    const created = this.#store.createAccount(name, made.verifier, this.#now());
    if (created !== "created") return { state: created };
    log.info("registered: account {account} from {address}", { account: name, address });
    return { state: "ok", account: name };
  }

  /** Checks a name and a password. */
  async signIn(claim: Claim): Promise<SignInOutcome> {
    const outcome = await this.#check(claim);
    if (outcome.state === "ok") this.#store.touchAccount(outcome.account, this.#now());
    logSignIn(claim, outcome.state);
    return outcome;
  }

  /** Begins a SCRAM-SHA-256 exchange; feed it the client's messages in order. */
  scram(address: string): (message: string) => Promise<ScramStep> {
    const server = new ScramServer({ verifierOf: (name) => this.#verifierOf(name) });
    let name: string | undefined;
    return async (message) => {
      if (name === undefined) {
        const first = server.first(message);
        if (first.state === "failed") return { state: "failed", outcome: { state: "wrong" } };
        const allowed = await this.#throttle.take({ to: "sign-in", address, account: first.name });
        if (allowed.state === "limited") {
          logSignIn({ name: first.name, address }, "limited");
          return { state: "failed", outcome: allowed };
        }
        name = first.name;
        return { state: "continue", message: first.message };
      }
      const final = server.final(message);
      const account = final.state === "signed-in" ? this.#store.findAccount(final.name) : undefined;
      if (final.state === "failed" || !account) {
        logSignIn({ name, address }, "wrong");
        return { state: "failed", outcome: { state: "wrong" } };
      }
      await this.#throttle.giveBack({ to: "sign-in", address, account: name });
      this.#store.touchAccount(account.name, this.#now());
      logSignIn({ name, address }, "ok");
      const outcome = { state: "ok", account: account.name } as const;
      return { state: "last", message: final.message, outcome };
    };
  }

  /** Changes a password, if the old one is right. */
  async changePassword(claim: Claim, next: string): Promise<ChangeOutcome> {
    const outcome = await this.#check(claim);
    if (outcome.state !== "ok") return outcome;
    const made = await makeVerifier(next, this.#cost);
    if (made.state === "refused") return { state: "weak-password", reason: made.reason };
    if (made.state === "busy") return made;
    this.#store.setVerifier(outcome.account, made.verifier);
    log.info("password changed: account {account}", { account: outcome.account });
    return outcome;
  }

  /** Sets a password without the old one: for the server's owner. */
  async resetPassword(
    name: string,
    next: string,
  ): Promise<ChangeOutcome | { readonly state: "unknown" }> {
    const account = this.#store.findAccount(name);
    if (!account) return { state: "unknown" };
    const made = await makeVerifier(next, this.#cost);
    if (made.state === "refused") return { state: "weak-password", reason: made.reason };
    if (made.state === "busy") return made;
    this.#store.setVerifier(account.name, made.verifier);
    log.info("password reset: account {account}", { account: account.name });
    return { state: "ok", account: account.name };
  }

  /** Drops an account, if the password is right. */
  async drop(claim: Claim): Promise<SignInOutcome> {
    const outcome = await this.#check(claim);
    if (outcome.state !== "ok") return outcome;
    this.#store.dropAccount(outcome.account);
    log.info("dropped: account {account}", { account: outcome.account });
    return outcome;
  }

  async #check({ name, password, address }: Claim): Promise<SignInOutcome> {
    const attempt = { to: "sign-in", address, account: name } as const;
    const allowed = await this.#throttle.take(attempt);
    if (allowed.state === "limited") return allowed;
    const checked = await checkPassword(password, this.#verifierOf(name));
    const account = checked === "right" ? this.#store.findAccount(name) : undefined;
    if (account) {
      await this.#throttle.giveBack(attempt);
      return { state: "ok", account: account.name };
    }
    return { state: checked === "busy" ? "busy" : "wrong" };
  }

  /** An unknown name gets a verifier as well: it costs and looks the same. */
  #verifierOf(name: string) {
    return this.#store.findAccount(name)?.verifier ??
      fakeVerifier(name, this.#store.secret, this.#cost);
  }
}

function logSignIn({ name, address }: Pick<Claim, "name" | "address">, result: string): void {
  const line = "sign-in {result}: account {account} from {address}";
  if (result === "ok") log.info(line, { result, account: name, address });
  else log.warn(line, { result, account: name, address });
}
