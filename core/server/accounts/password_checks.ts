/**
 * Checks passwords, rate limited and fairly queued.
 *
 * @module
 */
import type { MaybePromise } from "../../ground/maybe_promise.ts";
import type { Waiter } from "../../identity/hash_gate.ts";
import { checkPassword } from "../../identity/password.ts";
import type { Verifier } from "../../identity/verifier.ts";
import { addressKey } from "../../net/address_key.ts";
import type { Attempt, Take, Throttle } from "../../net/throttle.ts";
import type { CheckedSignIn } from "../common/outcomes.ts";
import type { SignInRequest } from "../common/sign_in_request.ts";
import type { KnownAddresses } from "./known_addresses.ts";
import { PendingChecks } from "./pending_checks.ts";

/** The common key of attempts from addresses that may be forged. */
export const UNCONFIRMED_ADDRESS = "unconfirmed";

/** An attempt to sign in, for the throttle. */
export type SignInAttempt = Extract<Attempt, { to: "sign-in" }>;

/** Options for {@linkcode PasswordChecks}. */
export interface PasswordChecksOptions {
  readonly throttle: Throttle;
  readonly known: KnownAddresses;
}

/** The password checks of one server. */
export class PasswordChecks {
  readonly #throttle: Throttle;
  readonly #known: KnownAddresses;
  readonly #pending = new PendingChecks();

  constructor({ throttle, known }: PasswordChecksOptions) {
    this.#throttle = throttle;
    this.#known = known;
  }

  /** The attempt for the throttle. */
  attemptOf(
    { name, address, isUnconfirmed = false }: Omit<SignInRequest, "password">,
  ): SignInAttempt {
    const isHome = !isUnconfirmed && this.#known.isHomeOf(name, address);
    return { to: "sign-in", address, account: name, isUnconfirmed, isHome };
  }

  /** Checks the password against its verifier, if the throttle allows it. */
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
    using _ = this.#pending.begin(addressKey(attempt.address));
    const verifier = await verifierOf(name);
    const place = this.#placeOf(claim);
    const checked = await unlessAborted(() => checkPassword(password, verifier, place));
    if (checked === "gone") return { state: "busy" }; // it stays counted: disconnecting must not make tries free
    if (checked === "right") {
      await this.#throttle.giveBack(attempt);
      return { state: "ok", account: name, verifier };
    }
    if (checked === "wrong") return { state: "wrong" };
    await this.#throttle.cancel(attempt);
    return { state: "busy" };
  }

  /** Whether a password may be tried. Waits for running checks of the address, which may succeed. */
  async #allowed(attempt: SignInAttempt, signal: AbortSignal | undefined): Promise<Take> {
    for (;;) {
      const take = await this.#throttle.take(attempt);
      if (take.state === "ok" || attempt.isUnconfirmed || signal?.aborted) return take;
      const ended = this.#pending.nextEnd(addressKey(attempt.address));
      if (!ended) return take;
      await ended;
    }
  }

  /** The place in the queue: sign-ins from known addresses come before strangers. */
  #placeOf({ name, address, signal, isUnconfirmed = false }: SignInRequest): Waiter {
    if (isUnconfirmed) return { from: UNCONFIRMED_ADDRESS, signal };
    return { from: addressKey(address), isFirst: this.#known.isHomeOf(name, address), signal };
  }
}

/** The result of `compute`, or "gone" when its signal was aborted before its turn came. */
export async function unlessAborted<T>(compute: () => Promise<T>): Promise<T | "gone"> {
  try {
    return await compute();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return "gone";
    throw error;
  }
}
