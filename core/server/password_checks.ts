/**
 * Checks passwords, as fast as they may be tried, and in a line that is fair.
 *
 * @module
 */
import type { Waiter } from "../identity/hash_gate.ts";
import { checkPassword } from "../identity/password.ts";
import type { Verifier } from "../identity/verifier.ts";
import type { MaybePromise } from "../maybe_promise.ts";
import { addressKey } from "../net/address_key.ts";
import type { Attempt, Take, Throttle } from "../net/throttle.ts";
import { PendingChecks } from "./pending_checks.ts";
import type { SignInRequest } from "./sign_in_request.ts";
import type { KnownAddresses } from "./known_addresses.ts";
import type { CheckedSignIn } from "./outcomes.ts";

/** What is tried from addresses that may be forged: all together, and for nobody's address. */
export const UNCONFIRMED_ADDRESS = "unconfirmed";

/** A password that is to be tried. */
export type SignInAttempt = Extract<Attempt, { to: "sign-in" }>;

/** What {@linkcode PasswordChecks} needs. */
export interface PasswordChecksOptions {
  readonly throttle: Throttle;
  readonly known: KnownAddresses;
}

/** The password checks of one server. */
export class PasswordChecks {
  readonly #throttle: Throttle;
  readonly #known: KnownAddresses;
  readonly #underWay = new PendingChecks();

  constructor({ throttle, known }: PasswordChecksOptions) {
    this.#throttle = throttle;
    this.#known = known;
  }

  /** What the throttle is asked about. */
  attemptOf(
    { name, address, isUnconfirmed = false }: Omit<SignInRequest, "password">,
  ): SignInAttempt {
    const isHome = !isUnconfirmed && this.#known.isHomeOf(name, address);
    return { to: "sign-in", address, account: name, isUnconfirmed, isHome };
  }

  /** Whether the password is right, by what is kept of it once it may be tried. */
  async check(
    claim: SignInRequest,
    verifierOf: (name: string) => MaybePromise<Verifier>,
  ): Promise<CheckedSignIn> {
    const { name, password, signal } = claim;
    const attempt = this.attemptOf(claim);
    const allowed = await this.#allowed(attempt, signal);
    if (signal?.aborted) {
      if (allowed.state === "ok") await this.#throttle.cancel(attempt);
      return { state: "busy" };
    }
    if (allowed.state === "limited") return allowed;
    using _ = this.#underWay.begin(addressKey(attempt.address));
    const verifier = await verifierOf(name);
    const place = this.#placeOf(claim);
    const checked = await unlessAborted(() => checkPassword(password, verifier, place));
    if (checked === "gone") return { state: "busy" }; // it stays counted: hanging up is no way to try for free
    if (checked === "right") {
      await this.#throttle.giveBack(attempt);
      return { state: "ok", account: name, verifier };
    }
    if (checked === "wrong") return { state: "wrong" };
    await this.#throttle.cancel(attempt);
    return { state: "busy" };
  }

  /** Whether a password may be tried. What is under way for the address may turn out right: that is waited for. */
  async #allowed(attempt: SignInAttempt, signal: AbortSignal | undefined): Promise<Take> {
    for (;;) {
      const take = await this.#throttle.take(attempt);
      if (take.state === "ok" || attempt.isUnconfirmed || signal?.aborted) return take;
      const ended = this.#underWay.nextEnd(addressKey(attempt.address));
      if (!ended) return take;
      await ended;
    }
  }

  /** Who signs in from where they have been before is not held up by strangers. */
  #placeOf({ name, address, signal, isUnconfirmed = false }: SignInRequest): Waiter {
    if (isUnconfirmed) return { from: UNCONFIRMED_ADDRESS, signal };
    return { from: addressKey(address), isFirst: this.#known.isHomeOf(name, address), signal };
  }
}

/** What is computed for somebody, or "gone" when they went before its turn came. */
export async function unlessAborted<T>(compute: () => Promise<T>): Promise<T | "gone"> {
  try {
    return await compute();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return "gone";
    throw error;
  }
}
