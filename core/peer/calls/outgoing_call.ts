/**
 * The calling side of one call: asks, then tries three ways in this order, overlapping: dial the other side, be dialed by
 * it, and meet at the relay. The first connection that works becomes the link.
 *
 * @module
 */
import { runWithin } from "../../ground/clock.ts";
import { tryClose } from "../../net/try_close.ts";
import type { Candidate } from "../links/address.ts";
import { type PeerCertificate, readPeerCertificate } from "../links/certificate.ts";
import { dialAny, type Dialed, startPeerTls } from "../links/dial.ts";
import { PeerError } from "../links/errors.ts";
import type { PeerLink, Purpose } from "../links/link.ts";
import { joinLoopback } from "../links/relay.ts";
import { abortable } from "../links/sockets.ts";
import { type CallContext, introduce, type Invitation, inviteNote, linkTrafficOf } from "./call.ts";
import { throwIfFinal, toCallError } from "./call_errors.ts";
import { LinkClaim } from "./link_claim.ts";
import { newId, newSecret, type Note } from "./note.ts";
import { untrusted } from "./trust.ts";

/**
 * How long the other client has to answer the request, in milliseconds, by default. A message is sent through the server
 * afterwards, so it must not wait for long; files and streams cannot be.
 */
export const ANSWER_MS: Readonly<Record<Purpose, number>> = {
  text: 3_000,
  file: 10_000,
  stream: 10_000,
};
/** Time after which the other side is asked to dial as well. */
const CALL_BACK_AFTER_MS = 700;
/** Time after which the relay is tried as well. */
const RELAY_AFTER_MS = 2_500;
/** Time limit for each way: dialing, being dialed, the relay. */
export const WAY_MS = 5_000;

type Invite = Extract<Note, { type: "invite" }>;

/** How the other side can be reached, and when to stop trying. */
interface Reach {
  readonly certificate: PeerCertificate;
  readonly candidates: readonly Candidate[];
  readonly ticket: string;
  readonly signal: AbortSignal;
}

/** Options for {@linkcode OutgoingCall}. */
export interface OutgoingCallOptions {
  /** The called account. */
  readonly account: string;
  /** The purpose of the link. */
  readonly purpose: Purpose;
  /** How long the other client has to answer, in milliseconds. */
  readonly answerMs: number;
  /** Aborts the call. */
  readonly signal: AbortSignal;
}

/** One running `open()`. */
export class OutgoingCall {
  /** Identifies the call in all its notes. */
  readonly id: string = newId();
  readonly #context: CallContext;
  readonly #options: OutgoingCallOptions;
  readonly #answer = Promise.withResolvers<Invite>();
  readonly #calledBack = Promise.withResolvers<PeerLink>();
  readonly #claim = new LinkClaim();

  /** Does nothing before {@linkcode OutgoingCall.run}. */
  constructor(context: CallContext, options: OutgoingCallOptions) {
    this.#context = context;
    this.#options = options;
    // Either may be rejected while nothing awaits it.
    for (const { promise } of [this.#answer, this.#calledBack]) promise.catch(() => {});
  }

  /** Handles a note of this call. */
  receive(note: Note): void {
    const { account } = this.#options;
    if (note.type === "invite") this.#answer.resolve(note);
    if (note.type === "refuse") {
      this.#answer.reject(new PeerError({ kind: "call-refused", account, reason: note.reason }));
    }
    if (note.type === "unreachable") {
      this.#calledBack.reject(new Error(`${account} cannot reach this machine`));
    }
  }

  /**
   * Runs the call to its end.
   *
   * @throws {PeerError} Any fault but `closed`; `signal.reason` if it aborts first.
   */
  async run(): Promise<PeerLink> {
    const { account, signal } = this.#options;
    const invite = await this.#ask();
    const certificate = readPeerCertificate(invite.certificate);
    if (!await this.#context.trust.mayBe(account, certificate.pin)) {
      throw untrusted(account, certificate.pin);
    }
    const found = new AbortController();
    const reach: Reach = {
      ticket: invite.ticket,
      candidates: invite.candidates,
      certificate,
      signal: AbortSignal.any([signal, found.signal]),
    };
    const dialing = this.#dial(reach);
    const beingDialed = this.#beDialed(dialing, reach);
    const ways = [dialing, beingDialed, this.#meetAtRelay([dialing, beingDialed], reach)];
    try {
      return await Promise.any(ways);
    } catch (cause) {
      signal.throwIfAborted();
      throw toCallError(account, cause);
    } finally {
      this.#claim.end(); // later connections are not used
      found.abort(new Error("Another way was faster"));
      await Promise.allSettled(ways);
    }
  }

  async #ask(): Promise<Invite> {
    const { account, purpose, answerMs, signal } = this.#options;
    const { clock, identity } = this.#context;
    const certificate = identity.certDer.toBase64();
    try {
      return await runWithin({ ms: answerMs, clock, signal }, async (signal) => {
        const note: Note = { v: 1, type: "ask", id: this.id, purpose, certificate };
        await this.#send(note, signal);
        return await abortable(this.#answer.promise, signal);
      });
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof PeerError) throw cause;
      throw new PeerError({ kind: "no-answer", account }, { cause });
    }
  }

  /** First way: dial the other side. */
  async #dial(reach: Reach): Promise<PeerLink> {
    const callee = { ...reach, account: this.#options.account };
    const dialed = await this.#within(
      WAY_MS,
      reach.signal,
      (signal) => dialAny(this.#context, callee, signal),
    );
    return await this.#introduce(dialed, "direct", reach);
  }

  /** Second way: the other side dials. It may be behind a router that only allows outgoing connections. */
  async #beDialed(
    dialing: Promise<PeerLink>,
    { certificate, signal }: Reach,
  ): Promise<PeerLink> {
    await this.#failedOrOverdue([dialing], CALL_BACK_AFTER_MS, signal);
    const { tickets } = this.#context;
    const ticket = tickets.issue(this.#invitation(certificate));
    try {
      return await this.#within(WAY_MS, signal, async (signal) => {
        const traffic = linkTrafficOf({ purpose: this.#options.purpose, caller: true });
        const { id } = this;
        await this.#send(await inviteNote(this.#context, { id, ticket, traffic }), signal);
        return await abortable(this.#calledBack.promise, signal);
      });
    } catch (error) {
      // A caller may have been admitted just when this attempt was aborted.
      this.#calledBack.promise.then((link) => link[Symbol.asyncDispose](), () => {});
      throw error;
    } finally {
      tickets.withdraw(ticket);
    }
  }

  /** Third way: both sides dial the relay; this side then proceeds as if it had dialed the other. */
  async #meetAtRelay(others: readonly Promise<PeerLink>[], reach: Reach): Promise<PeerLink> {
    const { relay } = this.#context;
    if (relay === undefined) throw new Error("there is no relay");
    await this.#failedOrOverdue(others, RELAY_AFTER_MS, reach.signal);
    const tls = await this.#within(WAY_MS, reach.signal, async (signal) => {
      const rendezvous = newSecret();
      await this.#send({ v: 1, type: "relay", id: this.id, rendezvous }, signal);
      const tcp = await joinLoopback(
        await relay.dial(rendezvous, signal),
        this.#context.background,
        signal,
      );
      return await startPeerTls(tcp, reach.certificate, signal);
    });
    return await this.#introduce({ ...tls, remote: "relay" }, "relay", reach);
  }

  /** Turns the first connection that claims the link into it; closes the others. */
  async #introduce(
    dialed: Dialed,
    via: PeerLink["via"],
    { certificate, ticket, signal }: Reach,
  ): Promise<PeerLink> {
    const invitation = this.#invitation(certificate);
    if (!invitation.claim()) {
      tryClose(dialed.conn);
      throw new Error("another way was faster");
    }
    try {
      return await introduce(this.#context, dialed, { ...invitation, via, ticket, signal });
    } catch (error) {
      invitation.release();
      throw error;
    }
  }

  #invitation(certificate: PeerCertificate): Invitation {
    const { account, purpose } = this.#options;
    return {
      account,
      purpose,
      certificate,
      caller: true,
      claim: () => this.#claim.tryClaim(),
      release: () => this.#claim.release(),
      welcome: (link) => this.#take(link),
    };
  }

  /** Returns the link to the caller, or closes it if the call has ended in the meantime. */
  #take(link: PeerLink): void {
    if (this.#claim.isOver) void link[Symbol.asyncDispose]();
    else this.#calledBack.resolve(link);
  }

  #send(note: Note, signal: AbortSignal): Promise<void> {
    return abortable(this.#context.notes.send(this.#options.account, note), signal);
  }

  #within<T>(
    ms: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return runWithin({ ms, clock: this.#context.clock, signal }, work);
  }

  /** Waits until all of `ways` have failed, or for `ms`. Throws if no other way may be tried. */
  async #failedOrOverdue(
    ways: readonly Promise<PeerLink>[],
    ms: number,
    signal: AbortSignal,
  ): Promise<void> {
    const found = new Promise<void>(() => {}); // a way that works ends the call, and this wait with it
    const stopped = Promise.all(ways.map((way) => way.then(() => found, throwIfFinal)));
    try {
      await this.#within(ms, signal, (signal) => abortable(stopped, signal));
    } catch (error) {
      signal.throwIfAborted();
      throwIfFinal(error);
    }
  }
}
