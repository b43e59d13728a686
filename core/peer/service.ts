/**
 * The peer service of one client: opens links to other clients and takes theirs.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import type { Identity } from "../identity/identity.ts";
import type { KnownPeers } from "../identity/known_peers.ts";
import { foldName, isAccountName } from "../irc/names.ts";
import { formatAddress } from "./address.ts";
import { admitGuest, type CallContext, type Invitation } from "./call.ts";
import { readPeerCertificate } from "./certificate.ts";
import { Door } from "./door.ts";
import { PeerError, ProtocolError } from "./errors.ts";
import { IncomingCall } from "./incoming_call.ts";
import type { PeerLink, Purpose } from "./link.ts";
import { formatNote, type Note, parseNote } from "./note.ts";
import type { PeerNotice } from "./notice.ts";
import { ANSWER_MS, OutgoingCall } from "./outgoing_call.ts";
import type { Relay } from "./relay.ts";
import { tryClose } from "./sockets.ts";
import { TICKET_MS, Tickets } from "./tickets.ts";
import { Trust } from "./trust.ts";

/** Most calls of one account that wait for their link; more are turned down as "busy". */
const MAX_CALLS_PER_ACCOUNT = 16;
/** Most calls of all accounts that wait for their link. */
const MAX_CALLS = 128;

/** How two clients exchange small notes before they have a link (a `TAGMSG` with `+chat/peer`). */
export interface Signalling {
  /**
   * Carries a note to an account's client. What comes in goes to {@linkcode PeerService.receive}.
   *
   * @param note JSON, at most 3500 bytes; the carrier escapes it.
   */
  send(account: string, note: string): Promise<void>;
}

/** What a {@linkcode PeerService} needs. */
export interface PeerServiceOptions {
  readonly identity: Identity;
  /** Our own account. */
  readonly account: string;
  /** The server whose accounts these are, as `known_peers` names it. */
  readonly server: string;
  readonly knownPeers: Pick<KnownPeers, "check" | "find">;
  readonly signalling: Signalling;
  /** Further IP addresses of this machine that others may dial, such as its router's outside. */
  readonly candidates?: readonly string[];
  /** Whether an account may have a link of that purpose; by default every one may. */
  readonly accepts?: (account: string, purpose: Purpose) => boolean;
  readonly clock?: Clock;
  /** What to listen on; by default every address. */
  readonly listenHost?: string;
  /** By default the system chooses. */
  readonly listenPort?: number;
  readonly relay?: Relay;
}

/** What one `open()` may say. */
export interface OpenOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** How long the other client has to answer the request, 1500 ms by default. */
  readonly timeoutMs?: number;
}

interface Waiting {
  readonly account: string;
  readonly call: IncomingCall;
  readonly endsMs: number;
}

/** Opens links to other clients, and takes theirs. Needs `--allow-net`, `--allow-sys=networkInterfaces`. */
export class PeerService implements AsyncDisposable {
  readonly #options: PeerServiceOptions;
  readonly #context: CallContext;
  readonly #door: Door;
  readonly #closing = new AbortController();
  readonly #outgoing = new Map<string, OutgoingCall>();
  readonly #incoming = new Map<string, Waiting>();
  readonly #links = new Set<PeerLink>();
  readonly #beside = new Set<Promise<void>>();
  readonly #relayed = new Set<string>();
  readonly #linkHandlers = new Map<(link: PeerLink) => void, Purpose | undefined>();
  readonly #noticeHandlers = new Set<(notice: PeerNotice) => void>();

  constructor(options: PeerServiceOptions) {
    this.#options = options;
    const { identity, clock = systemClock, candidates = [], relay, signalling } = options;
    const notify = (notice: PeerNotice) => this.#notify(notice);
    this.#door = new Door({
      identity,
      clock,
      host: options.listenHost,
      port: options.listenPort,
      admit: (guest) => {
        const via = this.#relayed.has(formatAddress(guest.from)) ? "relay" : "direct";
        return admitGuest(this.#context, guest, via);
      },
    });
    this.#context = {
      identity,
      clock,
      door: this.#door,
      extraHosts: candidates,
      tickets: new Tickets<Invitation>(clock),
      trust: new Trust({ knownPeers: options.knownPeers, server: options.server, notify }),
      relay,
      send: (account, note) => signalling.send(account, formatNote(note)),
      own: (link) => this.#own(link),
      runBeside: (work) => this.#runBeside(work),
      notify,
    };
  }

  /**
   * Opens a link of one purpose to an account. The caller closes it, by disposing of it.
   *
   * @throws {PeerError} Any fault; `signal.reason` when that came first.
   * @throws {RangeError} When `account` is no account's name.
   */
  async open(
    account: string,
    purpose: Purpose,
    { signal, timeoutMs = ANSWER_MS }: OpenOptions = {},
  ): Promise<PeerLink> {
    if (!isAccountName(account)) throw new RangeError(`Cannot call ${JSON.stringify(account)}`);
    if (foldName(account) === foldName(this.#options.account)) {
      throw new PeerError("refused", "Cannot open a link to oneself");
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
    const key = callKey(account, call.id);
    this.#outgoing.set(key, call);
    const running = call.run();
    this.#runBeside(() => running.then(() => {}));
    try {
      return await running;
    } finally {
      this.#outgoing.delete(key);
    }
  }

  /**
   * Gives incoming links to `handler`: those of one purpose, or all. A link that no handler is
   * there for is turned down. Whoever gets a link closes it.
   */
  onLink(handler: (link: PeerLink) => void, purpose?: Purpose): Disposable {
    this.#linkHandlers.set(handler, purpose);
    return { [Symbol.dispose]: () => void this.#linkHandlers.delete(handler) };
  }

  /** Tells `handler` what a person should know. */
  onNotice(handler: (notice: PeerNotice) => void): Disposable {
    this.#noticeHandlers.add(handler);
    return { [Symbol.dispose]: () => void this.#noticeHandlers.delete(handler) };
  }

  /** Takes a note that came in. Never throws: a note that makes no sense becomes a notice. */
  receive(account: string, text: string): void {
    if (this.#closing.signal.aborted || !isAccountName(account)) return;
    try {
      this.#dispatch(account, parseNote(text));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#notify({ kind: "bad-note", account, fault: error.fault });
    }
  }

  /** How many links are open. */
  get linkCount(): number {
    return this.#links.size;
  }

  /** Closes the door, every link and every call. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new PeerError("closed", "The peer service is closed"));
    await this.#door[Symbol.asyncDispose]();
    await Promise.all([...this.#links].map((link) => link[Symbol.asyncDispose]()));
    while (this.#beside.size > 0) await Promise.all(this.#beside);
  }

  #dispatch(account: string, note: Note): void {
    const key = callKey(account, note.id);
    if (note.type === "ask") {
      if (!this.#incoming.has(key)) this.#runBeside(() => this.#answer(account, note));
      return;
    }
    const outgoing = this.#outgoing.get(key);
    if (outgoing !== undefined) return outgoing.receive(note);
    const incoming = this.#incoming.get(key);
    if (incoming === undefined) return; // a call that is over, or never was
    if (!incoming.call.receive(note)) throw new ProtocolError("bad-shape", "A note out of place");
  }

  async #answer(account: string, ask: Extract<Note, { type: "ask" }>): Promise<void> {
    const { id, purpose } = ask;
    const refuse = (reason: Extract<Note, { type: "refuse" }>["reason"]) =>
      this.#context.send(account, { v: 1, type: "refuse", id, reason });
    this.#forgetOld();
    const certificate = this.#readCertificate(account, ask.certificate);
    if (certificate === undefined) return;
    if (!await this.#context.trust.mayBe(account, certificate.pin)) {
      return await refuse("untrusted");
    }
    if (!this.#isWanted(account, purpose)) return await refuse("not-wanted");
    if (this.#isBusy(account)) return await refuse("busy");
    const call = new IncomingCall(this.#context, {
      account,
      purpose,
      certificate,
      caller: false,
      id,
      deliver: (link) => this.#deliver(link, callKey(account, id)),
      relayed: this.#relayed,
    });
    const endsMs = this.#context.clock.now() + TICKET_MS;
    this.#incoming.set(callKey(account, id), { account, call, endsMs });
    await call.invite();
  }

  #readCertificate(account: string, base64: string) {
    try {
      return readPeerCertificate(base64);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#notify({ kind: "bad-note", account, fault: error.fault });
      return undefined;
    }
  }

  #isWanted(account: string, purpose: Purpose): boolean {
    const { accepts = () => true, account: own } = this.#options;
    return foldName(account) !== foldName(own) && this.#handlersOf(purpose).length > 0 &&
      accepts(account, purpose);
  }

  #isBusy(account: string): boolean {
    const name = foldName(account);
    const ofAccount = [...this.#incoming.values()].filter((it) => foldName(it.account) === name);
    return ofAccount.length >= MAX_CALLS_PER_ACCOUNT || this.#incoming.size >= MAX_CALLS;
  }

  #forgetOld(): void {
    const nowMs = this.#context.clock.now();
    for (const [key, { endsMs }] of this.#incoming) {
      if (endsMs <= nowMs) this.#incoming.delete(key);
    }
  }

  #deliver(link: PeerLink, key: string): void {
    this.#incoming.delete(key);
    const handlers = this.#handlersOf(link.purpose);
    if (handlers.length === 0) return tryClose(link.conn); // gone since the request
    for (const handler of handlers) handler(link);
  }

  #handlersOf(purpose: Purpose): ((link: PeerLink) => void)[] {
    return [...this.#linkHandlers].filter(([, wanted]) => (wanted ?? purpose) === purpose)
      .map(([handler]) => handler);
  }

  #own(parts: Omit<PeerLink, typeof Symbol.asyncDispose>): PeerLink {
    const link: PeerLink = {
      ...parts,
      [Symbol.asyncDispose]: () => {
        this.#links.delete(link);
        tryClose(parts.conn);
        return Promise.resolve();
      },
    };
    this.#links.add(link);
    if (this.#closing.signal.aborted) void link[Symbol.asyncDispose]();
    return link;
  }

  #runBeside(work: (signal: AbortSignal) => Promise<void>): void {
    const running = work(this.#closing.signal)
      .catch(() => {}) // a call that comes to nothing; whoever waits for it is told by itself
      .finally(() => this.#beside.delete(running));
    this.#beside.add(running);
  }

  #notify(notice: PeerNotice): void {
    for (const handler of this.#noticeHandlers) handler(notice);
  }
}

/** Names a call: an id is only good for the account it came with. */
function callKey(account: string, id: string): string {
  return `${foldName(account)} ${id}`;
}
