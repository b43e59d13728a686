/**
 * The called side of one call: invite the caller, and go to it or to the relay when it asks for
 * that. The caller decides which connection becomes the link; this side follows.
 *
 * @module
 */
import { runWithin } from "../../ground/clock.ts";
import { tryClose } from "../../net/try_close.ts";
import { formatAddress } from "../links/address.ts";
import {
  type CallContext,
  type CallParty,
  introduce,
  type Invitation,
  inviteNote,
  linkTrafficOf,
} from "./call.ts";
import { dialAny } from "../links/dial.ts";
import { PeerError } from "../links/errors.ts";
import type { PeerLink } from "../links/link.ts";
import type { Note } from "./note.ts";
import { WAY_MS } from "./outgoing_call.ts";
import { splice } from "../links/relay.ts";

/** A call that came in. */
export interface IncomingCallOptions extends CallParty {
  /** Names the call in every note of it. */
  readonly id: string;
  /** Takes the link. */
  readonly deliver: (link: PeerLink) => void;
  /** Loopback ends of splices, so that who comes through one is known to come through the relay. */
  readonly relayed: Set<string>;
  /** Whether the caller's addresses may be dialed now: it chooses them. */
  readonly mayDialBack: () => boolean;
}

/** One answered "ask". */
export class IncomingCall {
  readonly #context: CallContext;
  readonly #options: IncomingCallOptions;
  /** Ends the dialing back when the caller got through itself. */
  readonly #done = new AbortController();
  /** What the caller has asked for so far: each is done once. */
  readonly #begun = new Set<"dial-back" | "relay">();

  /** Does nothing yet: {@linkcode IncomingCall.invite} begins. */
  constructor(context: CallContext, options: IncomingCallOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Whether the call has its link. */
  get isDone(): boolean {
    return this.#done.signal.aborted;
  }

  /** Invites the caller. Rejects as the carrier does. */
  async invite(): Promise<void> {
    const { account, id } = this.#options;
    const ticket = this.#context.tickets.issue(this.#invitation());
    const traffic = linkTrafficOf(this.#options);
    const note = await inviteNote(this.#context, { id, ticket, traffic });
    await this.#context.notes.send(account, note);
  }

  /** Takes a note of the caller; says whether it made sense. */
  receive(note: Note): boolean {
    if (note.type === "invite") {
      if (!this.#options.certificate.isSame(note.certificate)) return false;
      this.#context.background.runBeside((closing) => this.#dialBack(note, closing));
      return true;
    }
    if (note.type !== "relay") return false;
    this.#context.background.runBeside((closing) => this.#meetAtRelay(note.rendezvous, closing));
    return true;
  }

  async #dialBack(
    { candidates, ticket, id }: Extract<Note, { type: "invite" }>,
    closing: AbortSignal,
  ): Promise<void> {
    if (!this.#tryBegin("dial-back")) return;
    const { clock } = this.#context;
    const { account, certificate, mayDialBack } = this.#options;
    const signal = AbortSignal.any([closing, this.#done.signal]);
    try {
      if (!mayDialBack()) throw new Error("too many calls ask to be dialed");
      const dialed = await runWithin(
        { ms: WAY_MS, clock, signal },
        (signal) => dialAny(this.#context, { account, certificate, candidates }, signal),
      );
      // No claim here: were both sides to claim, each could turn the other's connection down.
      const link = await introduce(this.#context, dialed, {
        ...this.#options,
        ticket,
        via: "direct",
        signal: closing,
      });
      if (this.#claim()) this.#options.deliver(link);
      else await link[Symbol.asyncDispose]();
    } catch (error) {
      if (signal.aborted || error instanceof PeerError) return; // the caller knows, or took another
      await this.#context.notes.send(account, { v: 1, type: "unreachable", id });
    }
  }

  /** Joins the relayed stream to this client's own listener. */
  async #meetAtRelay(rendezvous: string, closing: AbortSignal): Promise<void> {
    const { clock, relay, listener } = this.#context;
    if (relay === undefined || !this.#tryBegin("relay")) return;
    const { host, port } = await listener.listen(linkTrafficOf(this.#options));
    const hostname = host === "::" || host === "0.0.0.0" ? "127.0.0.1" : host;
    const limits = { ms: WAY_MS, clock, signal: closing };
    const stream = await runWithin(limits, (signal) => relay.dial(rendezvous, signal));
    const local = await Deno.connect({ hostname, port, signal: closing }).catch((error) => {
      tryClose(stream);
      throw error;
    });
    local.setNoDelay(true);
    const from = formatAddress({ host: local.localAddr.hostname, port: local.localAddr.port });
    this.#options.relayed.add(from);
    try {
      await splice(local, stream, closing);
    } finally {
      this.#options.relayed.delete(from);
    }
  }

  #tryBegin(way: "dial-back" | "relay"): boolean {
    if (this.#begun.has(way) || this.isDone) return false;
    this.#begun.add(way);
    return true;
  }

  #claim(): boolean {
    if (this.isDone) return false;
    this.#done.abort(new Error("The call has its link"));
    return true;
  }

  #invitation(): Invitation {
    return {
      ...this.#options,
      claim: () => this.#claim(),
      release: () => {}, // the caller gets no answer and tries another way, as a new call
      welcome: (link) => this.#options.deliver(link),
    };
  }
}
