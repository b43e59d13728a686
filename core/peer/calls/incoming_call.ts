/**
 * The called side of one call: invites the caller, and dials it or the relay on request. The caller decides which
 * connection becomes the link.
 *
 * @module
 */
import { runWithin } from "../../ground/clock.ts";
import { tryClose } from "../../net/try_close.ts";
import { formatAddress } from "../links/address.ts";
import { dialAny } from "../links/dial.ts";
import { PeerError } from "../links/errors.ts";
import type { PeerLink } from "../links/link.ts";
import { splice } from "../links/relay.ts";
import {
  type CallContext,
  type CallParty,
  introduce,
  type Invitation,
  inviteNote,
  linkTrafficOf,
} from "./call.ts";
import type { Note } from "./note.ts";
import { WAY_MS } from "./outgoing_call.ts";

/** Options for {@linkcode IncomingCall}. */
export interface IncomingCallOptions extends CallParty {
  /** Identifies the call in all its notes. */
  readonly id: string;
  /** Receives the link. */
  readonly deliver: (link: PeerLink) => void;
  /** Loopback ends of splices, which identify connections through the relay. */
  readonly relayed: Set<string>;
  /** Whether the caller's addresses, which it chooses, may be dialed now. */
  readonly mayDialBack: () => boolean;
}

/** One answered `ask` note. */
export class IncomingCall {
  readonly #context: CallContext;
  readonly #options: IncomingCallOptions;
  /** Aborts our dialing when the caller has connected itself. */
  readonly #done = new AbortController();
  /** The requests of the caller so far: each is carried out once. */
  readonly #begun = new Set<"dial-back" | "relay">();

  /** Does nothing before {@linkcode IncomingCall.invite}. */
  constructor(context: CallContext, options: IncomingCallOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Whether the call has its link. */
  get isDone(): boolean {
    return this.#done.signal.aborted;
  }

  /** Invites the caller. Rejects with the carrier's error. */
  async invite(): Promise<void> {
    const { account, id } = this.#options;
    const ticket = this.#context.tickets.issue(this.#invitation());
    const traffic = linkTrafficOf(this.#options);
    const note = await inviteNote(this.#context, { id, ticket, traffic });
    await this.#context.notes.send(account, note);
  }

  /** Handles a note of the caller. Returns whether it was valid. */
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
      // No claim here: if both sides claimed, each could refuse the other's connection.
      const link = await introduce(this.#context, dialed, {
        ...this.#options,
        ticket,
        via: "direct",
        signal: closing,
      });
      if (this.#claim()) this.#options.deliver(link);
      else await link[Symbol.asyncDispose]();
    } catch (error) {
      if (signal.aborted || error instanceof PeerError) return; // the caller knows, or chose another
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
      release: () => {}, // the caller receives no answer and tries again with a new call
      welcome: (link) => this.#options.deliver(link),
    };
  }
}
