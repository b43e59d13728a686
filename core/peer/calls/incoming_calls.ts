/**
 * All incoming calls that wait for their link: who may call, and how many at once.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";
import { TokenBucket, type TokenBucketOptions } from "../../net/token_bucket.ts";
import { readPeerCertificate } from "../links/certificate.ts";
import type { CallRefusal } from "../links/errors.ts";
import type { Purpose } from "../links/link.ts";
import type { LinkHandlers } from "../links/link_handlers.ts";
import type { CallContext } from "./call.ts";
import { IncomingCall } from "./incoming_call.ts";
import type { Note } from "./note.ts";
import { TICKET_MS } from "./tickets.ts";

/** Most calls of one account that wait for their link; more are refused as `busy`. */
const MAX_CALLS_PER_ACCOUNT = 16;
/** Most calls of all accounts that wait for their link. */
const MAX_CALLS = 1_024;
/** How often callers are dialed on request, all together: a caller can name hosts that are not its own. */
const DIAL_BACKS: TokenBucketOptions = { burst: 32, perSecond: 2 };

/** Options for {@linkcode IncomingCalls}. */
export interface IncomingCallsOptions {
  /** The shared parts of all calls. */
  readonly context: CallContext;
  /** Decides which links are wanted, and receives them. */
  readonly handlers: Pick<LinkHandlers, "isWanted" | "deliver">;
}

interface Waiting {
  readonly account: string;
  readonly endsMs: number;
  /** Undefined until the caller is invited. */
  readonly call?: IncomingCall;
}

/** Answers requests for a link. */
export class IncomingCalls {
  readonly #options: IncomingCallsOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** Loopback ends of splices with the relay. */
  readonly #relayed = new Set<string>();
  readonly #dialBacks = new TokenBucket(DIAL_BACKS);

  /** Has no calls yet. */
  constructor(options: IncomingCallsOptions) {
    this.#options = options;
  }

  /** Whether a connection from that address came through the relay. */
  isRelayed(address: string): boolean {
    return this.#relayed.has(address);
  }

  /** Handles a note of a call by `account`. Returns whether it was valid. */
  receive(account: string, note: Note): boolean {
    const key = keyOf(account, note.id);
    if (note.type === "ask") {
      if (!this.#waiting.has(key)) this.#begin(key, account, note);
      return true;
    }
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return true; // the call has ended
    return waiting.call !== undefined && waiting.call.receive(note);
  }

  #begin(key: string, account: string, ask: Extract<Note, { type: "ask" }>): void {
    const { context } = this.#options;
    const certificate = readPeerCertificate(ask.certificate);
    this.#forgetOld();
    if (this.#isBusy(account)) {
      return context.background.runBeside(() => this.#refuse(account, ask.id, "busy"));
    }
    const endsMs = context.clock.now() + TICKET_MS;
    this.#waiting.set(key, { account, endsMs });
    context.background.runBeside(async () => {
      const { id, purpose } = ask;
      const reason = await this.#objection(account, purpose, certificate.pin);
      if (reason !== undefined) {
        this.#waiting.delete(key);
        return await this.#refuse(account, id, reason);
      }
      const call = new IncomingCall(context, {
        account,
        purpose,
        certificate,
        caller: false,
        id,
        relayed: this.#relayed,
        mayDialBack: () => this.#dialBacks.take(context.clock.now()).state === "ok",
        deliver: (link) => {
          this.#waiting.delete(key);
          this.#options.handlers.deliver(link);
        },
      });
      this.#waiting.set(key, { account, endsMs, call });
      await call.invite();
    });
  }

  async #objection(
    account: string,
    purpose: Purpose,
    pin: string,
  ): Promise<CallRefusal | undefined> {
    if (!this.#options.handlers.isWanted(account, purpose)) return "not-wanted";
    return await this.#options.context.trust.mayBe(account, pin) ? undefined : "untrusted";
  }

  #refuse(account: string, id: string, reason: CallRefusal): Promise<void> {
    return this.#options.context.notes.send(account, { v: 1, type: "refuse", id, reason });
  }

  #isBusy(account: string): boolean {
    const name = foldName(account);
    const ofAccount = [...this.#waiting.values()].filter((it) => foldName(it.account) === name);
    return ofAccount.length >= MAX_CALLS_PER_ACCOUNT || this.#waiting.size >= MAX_CALLS;
  }

  #forgetOld(): void {
    const nowMs = this.#options.context.clock.now();
    for (const [key, { endsMs }] of this.#waiting) {
      if (endsMs <= nowMs) this.#waiting.delete(key);
    }
  }
}

/** The key of a call: an id is only valid for the account that sent it. */
export function keyOf(account: string, id: string): string {
  return `${foldName(account)} ${id}`;
}
