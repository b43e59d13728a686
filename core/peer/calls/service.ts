/**
 * The peer service of one client: opens links to other clients and accepts theirs.
 *
 * @module
 */
import { type Clock, systemClock } from "../../ground/clock.ts";
import { foldName, isAccountName } from "../../ground/names.ts";
import type { Identity } from "../../identity/identity.ts";
import type { KnownPeers } from "../../identity/known_peers.ts";
import { formatAddress } from "../links/address.ts";
import { BackgroundWork } from "../links/background_work.ts";
import { PeerError, ProtocolError } from "../links/errors.ts";
import type { PeerLink, Purpose } from "../links/link.ts";
import { type LinkHandler, LinkHandlers } from "../links/link_handlers.ts";
import { LinkRegistry } from "../links/link_registry.ts";
import { PeerListener } from "../links/peer_listener.ts";
import type { RelayDialer } from "../links/relay.ts";
import { StuckSockets } from "../links/stuck_sockets.ts";
import { admitCaller, type CallContext, type Invitation } from "./call.ts";
import { IncomingCalls, keyOf } from "./incoming_calls.ts";
import { formatNote, type Note, parseNote } from "./note.ts";
import { Notices, type PeerNotice } from "./notice.ts";
import { ANSWER_MS, OutgoingCall } from "./outgoing_call.ts";
import { Tickets } from "./tickets.ts";
import { Trust } from "./trust.ts";

/** How two clients exchange notes before they have a link (a `TAGMSG` with `+chat/peer`). */
export interface Signalling {
  /**
   * Sends a note to an account's client. Incoming notes have to be passed to {@linkcode PeerService.receive}.
   *
   * @param note JSON, at most 3500 bytes; the carrier escapes it.
   */
  send(account: string, note: string): Promise<void>;
}

/** Options for {@linkcode PeerService}. */
export interface PeerServiceOptions {
  /** Who this client is. */
  readonly identity: Identity;
  /** Our own account. */
  readonly account: string;
  /** The server whose accounts these are, as `known_peers` names it. */
  readonly server: string;
  /** The pinned keys of accounts. */
  readonly knownPeers: Pick<KnownPeers, "check" | "find">;
  /** Sends notes. */
  readonly signalling: Signalling;
  /** Further IP addresses at which others may dial this machine, such as its router's public address. */
  readonly candidates?: readonly string[];
  /** Whether an account may have a link of that purpose; by default all accounts may. */
  readonly accepts?: (account: string, purpose: Purpose) => boolean;
  /** By default the system's clock. */
  readonly clock?: Clock;
  /** The address to listen on; by default all addresses. */
  readonly listenHost?: string;
  /** The port to listen on; by default chosen by the system. */
  readonly listenPort?: number;
  /** The relay, used when neither side can dial the other; by default none. */
  readonly relay?: RelayDialer;
}

/** Options for {@linkcode PeerService.open}. */
export interface OpenLinkOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal;
  /** How long the other client has to answer the request; {@linkcode ANSWER_MS} by default. */
  readonly timeoutMs?: number;
}

/** Opens links to other clients, and accepts theirs. Needs `--allow-net`, `--allow-sys=networkInterfaces`. */
export class PeerService implements AsyncDisposable {
  readonly #options: PeerServiceOptions;
  readonly #context: CallContext;
  readonly #listener: PeerListener;
  readonly #closing = new AbortController();
  readonly #outgoing = new Map<string, OutgoingCall>();
  readonly #incoming: IncomingCalls;
  readonly #links = new LinkRegistry();
  readonly #handlers: LinkHandlers;
  readonly #background = new BackgroundWork(this.#closing.signal);
  readonly #notices: Notices;

  /** Opens nothing yet: the first call that needs the listener opens it. */
  constructor(options: PeerServiceOptions) {
    this.#options = options;
    const { identity, clock = systemClock, candidates = [], relay, signalling } = options;
    const { account, accepts, knownPeers, server } = options;
    const notices = new Notices(clock);
    const stuck = new StuckSockets();
    this.#notices = notices;
    this.#handlers = new LinkHandlers({ account, accepts });
    this.#listener = new PeerListener({
      ...{ identity, clock, stuck, host: options.listenHost, port: options.listenPort },
      admit: (caller) => {
        const isRelayed = this.#incoming.isRelayed(formatAddress(caller.from));
        return admitCaller(this.#context, caller, isRelayed ? "relay" : "direct");
      },
    });
    this.#context = {
      ...{ identity, clock, stuck, relay, notices, listener: this.#listener, links: this.#links },
      background: this.#background,
      extraHosts: candidates,
      listenHost: options.listenHost,
      tickets: new Tickets<Invitation>(clock),
      trust: new Trust({ knownPeers, server, notices }),
      notes: { send: (account, note) => signalling.send(account, formatNote(note)) },
    };
    this.#incoming = new IncomingCalls({ context: this.#context, handlers: this.#handlers });
  }

  /**
   * Opens a link of one purpose to an account. The caller has to dispose of it.
   *
   * @throws {PeerError} Any fault; `signal.reason` if it aborts first.
   * @throws {IdentityError} When the file of known peers cannot be read or written.
   * @throws {RangeError} When `account` is not a valid account name.
   */
  async open(
    account: string,
    purpose: Purpose,
    { signal, timeoutMs = ANSWER_MS[purpose] }: OpenLinkOptions = {},
  ): Promise<PeerLink> {
    if (!isAccountName(account)) throw new RangeError(`Cannot call ${JSON.stringify(account)}`);
    if (foldName(account) === foldName(this.#options.account)) {
      throw new PeerError({ kind: "own-account" });
    }
    const closing = this.#closing.signal;
    closing.throwIfAborted();
    const either = signal ? AbortSignal.any([signal, closing]) : closing;
    either.throwIfAborted();
    const call = new OutgoingCall(this.#context, {
      account,
      purpose,
      answerMs: timeoutMs,
      signal: either,
    });
    const key = keyOf(account, call.id);
    this.#outgoing.set(key, call);
    const running = call.run();
    this.#background.runBeside(() => running.then(() => {}));
    try {
      return await running;
    } finally {
      this.#outgoing.delete(key);
    }
  }

  /**
   * Passes incoming links to `handler`: those of one purpose, or all. A link without a handler is refused. The handler
   * has to close the link.
   */
  onLink(handler: LinkHandler, purpose?: Purpose): Disposable {
    return this.#handlers.add(handler, purpose);
  }

  /** Passes notices to `handler`, equal ones at most once a minute. */
  onNotice(handler: (notice: PeerNotice) => void): Disposable {
    return this.#notices.listen(handler);
  }

  /** Handles an incoming note. Never throws: an invalid note becomes a notice. */
  receive(account: string, text: string): void {
    if (this.#closing.signal.aborted || !isAccountName(account)) return;
    try {
      this.#dispatch(account, parseNote(text));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#notices.report({ kind: "bad-note", account, fault: error.fault });
    }
  }

  /** Number of open links. */
  get linkCount(): number {
    return this.#links.count;
  }

  /** Whether a file or a stream is being transferred with an account. */
  isBusyWith(account: string): boolean {
    return this.#links.isBusyWith(account);
  }

  /** Closes the listener, every link and every call. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new PeerError({ kind: "service-closed" }));
    await this.#links.closeAll();
    await this.#listener[Symbol.asyncDispose]();
    await this.#background.done();
  }

  #dispatch(account: string, note: Note): void {
    const outgoing = this.#outgoing.get(keyOf(account, note.id));
    if (outgoing !== undefined) return outgoing.receive(note);
    if (this.#incoming.receive(account, note)) return;
    throw new ProtocolError("bad-shape", "A note is out of place");
  }
}
