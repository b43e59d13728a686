/**
 * Counts and logs sign-ins and registrations.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { MAX_NICK_BYTES } from "../../ground/names.ts";
import type { Counters } from "../common/counters.ts";
import type { CheckedSignIn, RegisterOutcome } from "../common/outcomes.ts";
import { RateLimitedLog } from "../common/rate_limited_log.ts";
import type { SignInRequest } from "../common/sign_in_request.ts";

/** Shortest interval between two log lines about rate limited attempts, of which there may be thousands. */
const LIMITED_LOGGED_MS = 1_000;

const log = getLogger(["chat", "accounts"]);

/** The name and the address of an attempt. */
type Attempted = Pick<SignInRequest, "name" | "address">;

/** Options for {@linkcode AccountLog}. */
export interface AccountLogOptions {
  /** Counts attempts. */
  readonly counters: Counters;
  /** Milliseconds that never go back or jump. */
  readonly steadyNow: () => number;
}

/** Counts and logs attempts. */
export class AccountLog {
  readonly #counters: Counters;
  readonly #steadyNow: () => number;
  #limited = new RateLimitedLog(LIMITED_LOGGED_MS);

  constructor({ counters, steadyNow }: AccountLogOptions) {
    this.#counters = counters;
    this.#steadyNow = steadyNow;
  }

  /** A registration has ended. */
  registered({ name, address }: Attempted, { state }: RegisterOutcome): void {
    this.#counters.registrations[state]++;
    const line = "registration {result}: account {account} from {address}";
    const facts = { result: state, account: shown(name), address };
    if (state === "limited") this.#noteLimited(line, facts);
    else log.info(line, facts);
  }

  /** A sign-in has ended. */
  signedIn({ name, address }: Attempted, { state }: CheckedSignIn): void {
    this.#counters.signIns[state]++;
    const line = "sign-in {result}: account {account} from {address}";
    const facts = { result: state, account: shown(name), address };
    if (state === "ok") log.info(line, facts);
    else if (state === "limited") this.#noteLimited(line, facts);
    else log.warn(line, facts);
  }

  /** A sign-in was refused to an account that has `most` sessions. */
  hasTooManySessions(account: string, most: number): void {
    this.#counters.signIns["too-many-sessions"]++;
    log.warn("sign-in refused: account {account} has {most} sessions", { account, most });
  }

  #noteLimited(line: string, facts: Record<string, unknown>): void {
    const turn = this.#limited.take(this.#steadyNow());
    if (!turn) return;
    log.warn(line, turn.missed === 0 ? facts : { ...facts, alsoLimited: turn.missed });
  }
}

/** Shortens a claimed name, which may be as long as a line, for the log. */
function shown(name: string): string {
  return name.slice(0, MAX_NICK_BYTES + 1);
}
