/**
 * The parts of a client, wired: what comes goes to the inbox, what it finds goes to rooms, private messages and links,
 * and a lost connection is told to all of them.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import { formatServer, type ServerAddress } from "../identity/known_servers.ts";
import type { PeerLink, Purpose } from "../peer/mod.ts";
import type { TrustCheck } from "./connection.ts";
import { LinkHolder, type LinkOpener, type LinkSetup, type OpenLinks } from "./direct_links.ts";
import { ClientError, toClientProblem, toLossReason } from "./errors.ts";
import type { ClientEvent } from "./events.ts";
import { FileTransfers } from "./files/mod.ts";
import { Inbox } from "./inbox.ts";
import { Reconnecting } from "./reconnecting.ts";
import type { Link } from "./link_state.ts";
import { Offers } from "./offers.ts";
import { PrivateMessages } from "./private_messages.ts";
import { JoinedRooms } from "./rooms.ts";
import { RoomSpeech } from "./room_speech.ts";
import type { LossReason } from "./problems.ts";
import type { Credentials } from "./sasl.ts";
import type { ServerSession } from "./session.ts";
import { SpokenReader } from "./spoken.ts";
import { MediaStreams } from "./streams/mod.ts";
import { PendingWork } from "./pending_work.ts";

/** How a client is made. */
export interface ChatClientOptions {
  /** The server. */
  readonly address: ServerAddress;
  /** Judges its certificate, on each connection anew. */
  readonly trust: TrustCheck;
  /** Hears everything that happens, in order. */
  readonly onEvent: (event: ClientEvent) => void;
  /** Opens the direct links of an account once it is signed in; without it, everything goes through the server. */
  readonly openLinks?: OpenLinks | undefined;
  /** What waits; by default the real time. */
  readonly clock?: Clock;
  /** A random number from 0 to 1. */
  readonly random?: () => number;
  /** Gives up the first attempt to connect. */
  readonly signal?: AbortSignal;
}

/** What `ChatClient` is a face of. */
export class Engine {
  /** The connection to the server, and its way back after a loss. */
  readonly lifeline: Reconnecting;
  /** The rooms we are in, and who is there. */
  readonly rooms = new JoinedRooms();
  /** Takes everything the server says. */
  readonly inbox: Inbox;
  /** What is said in rooms, in both directions. */
  readonly speech: RoomSpeech;
  /** Private messages, in both directions. */
  readonly private: PrivateMessages;
  /** What has been begun and should end before the client closes. */
  readonly underWay = new PendingWork();
  /** Everything offered that has not ended. */
  readonly offers: Offers;
  /** Files, in both directions. */
  readonly files: FileTransfers;
  /** Sound and picture, in both directions. */
  readonly streams: MediaStreams;
  /** Whom to sign in as after a lost connection. Kept in memory only. */
  credentials: Credentials | undefined;
  readonly #options: ChatClientOptions;
  readonly #links: LinkHolder | undefined;
  #closing: Promise<void> | undefined;

  /** Wires the parts; nothing is sent before the lifeline is started. */
  constructor(options: ChatClientOptions) {
    this.#options = options;
    const { clock = systemClock, random = Math.random, address, trust } = options;
    const emit = (event: ClientEvent) => options.onEvent(event);
    const session = () => this.lifeline.session;
    const reader = new SpokenReader();
    this.offers = new Offers(emit);
    const account = () => this.lifeline.session?.account ?? this.credentials?.account;
    const { offers } = this;
    const own = {
      get account() {
        return account();
      },
    };
    const links: LinkOpener<PeerLink> = {
      openLink: (account, purpose, signal) => this.#openLink(account, purpose, signal),
    };
    const parts = { clock, offers, own, links, events: { emit } };
    this.files = new FileTransfers({ ...parts, presence: this.rooms });
    this.streams = new MediaStreams({ ...parts, rooms: this.rooms });
    this.private = new PrivateMessages({
      clock,
      emit,
      session,
      links: () => this.#links?.links,
      self: () => this.nick,
      track: (work) => this.underWay.add(work),
    });
    this.#links = options.openLinks && new LinkHolder(options.openLinks, this.#linkSetup());
    this.inbox = new Inbox(this.rooms, reader, {
      emit: (event) => this.#heard(event),
      signedIn: (account) => this.#links?.signedIn(account),
      signedOut: () => this.#links?.signedOut(),
      entered: (room) => this.underWay.add(this.speech.entered(room)),
      leftRoom: (room) => this.speech.left(room),
      cameOrWent: (nick) => this.private.forget(nick),
      peerNote: (account, note) => this.#links?.links?.receive(account, note),
      acknowledged: (account, id) => this.private.acknowledged(account, id),
      privateThroughServer: (spoken) => this.private.throughServer(spoken),
    });
    const { inbox } = this;
    const localId = () => reader.localId();
    this.speech = new RoomSpeech({ emit, inbox, rooms: this.rooms, session, localId });
    this.lifeline = new Reconnecting({
      address,
      trust,
      clock,
      random,
      events: {
        link: (link) => this.#linkChanged(link),
        unit: (session, unit, answers) => this.inbox.take(session, unit, answers),
        roundTrip: (ms) => emit({ event: "round-trip", ms }),
        credentials: () => this.credentials,
        opened: (session, error) => this.#opened(session, error),
        failed: ({ problem }) => emit({ event: "failed", problem }),
      },
    });
  }

  /** Our nickname on the server. */
  get nick(): string {
    return this.lifeline.session?.nick ?? this.credentials?.account ?? "*";
  }

  /** The registered session. @throws {ClientError} `disconnected`. */
  session(): ServerSession {
    const session = this.lifeline.session;
    if (session !== undefined) return session;
    throw new ClientError({ kind: "not-connected" });
  }

  /** Connects for the first time; a failure is told, and thrown. */
  async start(): Promise<void> {
    const { signal } = this.#options;
    const giveUp = () => void this.close({ kind: "closed-here", text: "interrupted" });
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      signal?.throwIfAborted();
      await this.lifeline.start();
    } catch (error) {
      this.#options.onEvent({ event: "failed", problem: toClientProblem(error) });
      await this.close(toLossReason(error));
      throw error;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** Says goodbye and closes everything. May be called twice. */
  close(reason: LossReason): Promise<void> {
    return this.#closing ??= this.#close(reason);
  }

  async #close(reason: LossReason): Promise<void> {
    await Promise.all([this.files.close(), this.streams.close()]);
    await this.#links?.[Symbol.asyncDispose]();
    await this.lifeline.stop(reason);
    await this.underWay.done();
  }

  async #openLink(account: string, purpose: Purpose, signal: AbortSignal): Promise<PeerLink> {
    const links = this.#links?.links;
    if (links) return await links.openLink(account, purpose, signal);
    throw new ClientError({ kind: "sign-in-first", wanted: "links" });
  }

  #linkSetup(): Omit<LinkSetup, "account"> {
    const { address, onEvent } = this.#options;
    return {
      address,
      server: formatServer(address),
      fingerprint: () => this.session().server.fingerprint,
      announce: async (rendezvous) => {
        await this.session().request({ command: "RELAY", params: [rendezvous] });
      },
      send: (to, note) => this.private.sendNote(to, note),
      linked: (link) => (link.purpose === "file" ? this.files : this.streams).receive(link),
      received: (from, message) => this.private.receivedDirectly(from, message),
      noticed: (event) => onEvent(event),
    };
  }

  #opened(session: ServerSession, signInError: ClientError | undefined): void {
    if (signInError) {
      this.credentials = undefined;
      this.#options.onEvent({ event: "sign-in-lost", problem: signInError.problem });
    }
    this.underWay.add(this.speech.returned(session));
  }

  #heard(event: ClientEvent): void {
    if (event.event === "message") this.speech.heard(event);
    this.#options.onEvent(event);
  }

  #linkChanged(link: Link): void {
    const { onEvent } = this.#options;
    onEvent({ event: "link", link });
    if (link.at === "waiting") {
      this.rooms.clear();
      onEvent({ event: "reconnecting", inMs: link.delayMs, reason: link.reason });
    }
    if (link.at !== "closed") return;
    this.speech.end(link.reason);
    onEvent({ event: "closed", reason: link.reason });
  }
}
