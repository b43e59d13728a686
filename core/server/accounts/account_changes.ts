/**
 * Changes of stored accounts, one after another, and whether a sign-in is still valid.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { type MaybePromise, whenReady } from "../../ground/maybe_promise.ts";
import { isSameVerifier } from "../../identity/verifier.ts";
import { type Account, type AccountStore, recoverStoreError } from "../../store/store.ts";
import type { ChangeOutcome, CheckedSignIn, NotStored } from "../common/outcomes.ts";
import { WriteQueue } from "../common/write_queue.ts";
import { type Bans, describeBan } from "./bans.ts";

const log = getLogger(["chat", "accounts"]);

/** Options for {@linkcode AccountChanges}. */
export interface AccountChangesOptions {
  readonly store: AccountStore;
  readonly bans: Bans;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
}

/** Changes the stored accounts of one server. */
export class AccountChanges {
  readonly #store: AccountStore;
  readonly #bans: Bans;
  readonly #wallNow: () => number;
  /** Changes of accounts, one after another. */
  readonly #changes = new WriteQueue();
  readonly #touches = new WriteQueue();
  /** Number of changes so far, to detect answers of the store that are out of date. */
  #changeCount = 0;

  constructor({ store, bans, wallNow }: AccountChangesOptions) {
    this.#store = store;
    this.#bans = bans;
    this.#wallNow = wallNow;
  }

  /** Settles when everything is stored. */
  get settled(): MaybePromise<void> {
    return whenReady(this.#changes.settled, () => this.#touches.settled);
  }

  /**
   * Whether a sign-in is still valid. Since its password was checked, the account may have been banned, dropped,
   * registered again by somebody else, or its password changed. To be called immediately before acting on the sign-in,
   * without a wait between the answer and the act.
   */
  admit(outcome: CheckedSignIn): MaybePromise<CheckedSignIn> {
    if (outcome.state !== "ok") return outcome;
    const changeCount = this.#changeCount;
    return whenReady(
      this.#store.find(outcome.account),
      (account) =>
        changeCount === this.#changeCount ? this.#admit(outcome, account) : this.admit(outcome),
    );
  }

  #admit(
    outcome: Extract<CheckedSignIn, { state: "ok" }>,
    account: Account | undefined,
  ): CheckedSignIn {
    if (!account || !isSameVerifier(account.verifier, outcome.verifier)) return { state: "wrong" };
    const banned = this.#bans.ofAccount(account.name);
    if (banned) return { state: "banned", why: describeBan(banned) };
    return { ...outcome, account: account.name };
  }

  /** Changes the account of a sign-in, if that is still valid; no other change happens in between. */
  changeAdmitted(
    outcome: CheckedSignIn,
    write: (account: string) => MaybePromise<unknown>,
  ): MaybePromise<ChangeOutcome> {
    const changed = this.change(() =>
      whenReady(this.admit(outcome), (admitted): MaybePromise<ChangeOutcome> => {
        if (admitted.state !== "ok") return admitted;
        const { account } = admitted;
        return whenReady(write(account), () => ({ state: "ok", account }) as const);
      })
    );
    return whenReady(changed, (result) => result === "not-stored" ? { state: result } : result);
  }

  /** Runs a change after all earlier ones. Returns `not-stored`, and logs the error, if it cannot be written. */
  change<T>(write: () => MaybePromise<T>): MaybePromise<T | NotStored["state"]> {
    return this.#changes.run(() => {
      const written = recoverStoreError(write, (error): NotStored["state"] => {
        log.error("could not save account ({fault}): {error}", {
          fault: error.fault,
          error: error.message,
        });
        return "not-stored";
      });
      return whenReady(written, (result) => {
        this.#changeCount++;
        return result;
      });
    });
  }

  /** Stores the time of a sign-in. A failure is only logged: it does not prevent the sign-in. */
  touch(account: string): void {
    this.#touches.add(() =>
      recoverStoreError(() => this.#store.touch(account, this.#wallNow()), (error) => {
        log.error("could not save last sign-in: {error}", { error: error.message });
      })
    );
  }
}
