/**
 * The chat client: all functions for faces and bots, in groups. Events are reported as
 * {@linkcode ClientEvent}s.
 *
 * @module
 */
import { type Clock, systemClock } from "../ground/clock.ts";
import { formatServer, type ServerAddress } from "../identity/known_servers.ts";
import { ClientRouter } from "./client_router.ts";
import { PendingWork } from "./common/pending_work.ts";
import type { EventSink } from "./common/ports.ts";
import type { ServerConnectionState } from "./events/connection_state.ts";
import { toClientProblem, toLossReason } from "./events/errors.ts";
import type { ClientEvent } from "./events/events.ts";
import type { LossReason } from "./events/problems.ts";
import { ClientPeople } from "./people/client_people.ts";
import type { OpenLinks } from "./people/direct_links.ts";
import { LinkHolder } from "./people/link_holder.ts";
import { CredentialMemory, OwnAccount } from "./people/own_account.ts";
import { PeerKeys, type PeerKeysOptions } from "./people/peer_keys.ts";
import { PrivateMessages } from "./people/private_messages.ts";
import { ServerSignalling } from "./people/signalling.ts";
import { ClientRooms } from "./rooms/client_rooms.ts";
import { Inbox } from "./rooms/inbox.ts";
import { RoomSpeech } from "./rooms/room_speech.ts";
import { JoinedRooms } from "./rooms/rooms.ts";
import { SpokenReader } from "./rooms/spoken.ts";
import type { TrustCheck } from "./session/connection.ts";
import { hello, type ServerGreeting } from "./session/queries.ts";
import { Reconnecting } from "./session/reconnecting.ts";
import { requireSession } from "./session/session_source.ts";
import { FileTransfers } from "./transfers/files/mod.ts";
import { Offers } from "./transfers/offers.ts";
import { MediaStreams } from "./transfers/streams/mod.ts";

/** Options for {@linkcode ChatClient.connect}. */
export interface ChatClientOptions {
  /** The server. */
  readonly address: ServerAddress;
  /** Checks its certificate, on every connection. */
  readonly trust: TrustCheck;
  /** Receives all events, in order. */
  readonly onEvent: (event: ClientEvent) => void;
  /** Opens the direct links of an account once it is signed in; without it, everything goes through the server. */
  readonly openLinks?: OpenLinks | undefined;
  /** The keys of other clients; without them, no key can be compared or trusted. */
  readonly keys?: PeerKeysOptions | undefined;
  /** By default the system's clock. */
  readonly clock?: Clock;
  /** A random number from 0 to 1. */
  readonly random?: () => number;
  /** Aborts the first attempt to connect. */
  readonly signal?: AbortSignal;
}

/** A client of one server. {@linkcode ChatClient.connect} makes one. */
export class ChatClient implements AsyncDisposable {
  /** Our own account: signing in and out. */
  readonly own: OwnAccount;
  /** The rooms of the server, and those we are in. */
  readonly rooms: ClientRooms;
  /** The people on the server. */
  readonly people: ClientPeople;
  /** Files, in both directions. */
  readonly files: FileTransfers;
  /** Audio and video, in both directions. */
  readonly streams: MediaStreams;
  /** Offers and running transfers, in both directions. */
  readonly offers: Offers;
  readonly #connection: Reconnecting;
  readonly #links: LinkHolder;
  readonly #events: EventSink;
  readonly #pending = new PendingWork();
  #closing: Promise<void> | undefined;

  /** Builds the parts bottom-up; sends nothing before the connection is started. */
  private constructor(options: ChatClientOptions) {
    const { clock = systemClock, random = Math.random, address, trust, onEvent } = options;
    const events: EventSink = { emit: (event) => onEvent(event) };
    const memory = new CredentialMemory();
    const sessions = new Reconnecting({ address, trust, clock, random, memory });
    const own = new OwnAccount(sessions, memory);
    const server = formatServer(address);
    const signalling = new ServerSignalling(sessions);
    const links = new LinkHolder({ open: options.openLinks, address, server, signalling });
    const joined = new JoinedRooms();
    const ids = new SpokenReader();
    const inbox = new Inbox(joined, ids);
    const speech = new RoomSpeech({ events, sessions, rooms: joined, inbox, ids });
    const pending = this.#pending;
    const messages = new PrivateMessages({ clock, events, sessions, links, own, pending });
    const keys = new PeerKeys(server, options.keys);
    this.offers = new Offers(events);
    const { offers } = this;
    this.files = new FileTransfers({ clock, events, offers, own, links, presence: joined });
    this.streams = new MediaStreams({ clock, events, offers, own, links, rooms: joined });
    this.rooms = new ClientRooms({ events, sessions, joined, speech, inbox });
    this.people = new ClientPeople({ sessions, own, presence: joined, messages, keys });
    const { files, streams } = this;
    const router = {
      events,
      memory,
      joined,
      inbox,
      speech,
      messages,
      links,
      files,
      streams,
      pending,
    };
    sessions.listen(new ClientRouter(router));
    this.#connection = sessions;
    this.own = own;
    this.#links = links;
    this.#events = events;
  }

  /**
   * Connects to a server. Needs `--allow-net` for its address.
   *
   * @throws {ClientError} `could-not-connect`, `server-full`, `unknown-server-key`, `changed-server-key`.
   */
  static async connect(options: ChatClientOptions): Promise<ChatClient> {
    const client = new ChatClient(options);
    await client.#start(options.signal);
    return client;
  }

  /** Our nickname on the server. */
  get nick(): string {
    return this.own.nick;
  }

  /** The account we are signed in to. */
  get account(): string | undefined {
    return this.own.signedInAs;
  }

  /** State of the connection. */
  get connection(): ServerConnectionState {
    return this.#connection.state;
  }

  /** Resolves with the reason when the client is closed permanently. */
  get closed(): Promise<LossReason> {
    return this.#connection.closed;
  }

  /** Measures a round trip to the server. @throws {ClientError} */
  async hello(): Promise<ServerGreeting> {
    return await hello(requireSession(this.#connection));
  }

  /**
   * Waits for running transfers, and for a limited time for answers to our offers. Endless streams
   * are stopped.
   */
  async transfersSettled(): Promise<void> {
    await Promise.all([this.files.settled(), this.streams.settled()]);
  }

  /** Waits for pending work: histories, and acknowledgements that may still arrive. */
  idle(): Promise<void> {
    return this.#pending.done();
  }

  /** Says goodbye and closes. May be called twice. */
  quit(text = "goodbye"): Promise<void> {
    return this.#close({ kind: "closed-here", text });
  }

  /** As {@linkcode ChatClient.quit}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
  }

  /** The first attempt to connect; a failure is reported, and thrown. */
  async #start(signal: AbortSignal | undefined): Promise<void> {
    const giveUp = () => void this.quit("interrupted");
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      signal?.throwIfAborted();
      await this.#connection.start();
    } catch (error) {
      this.#events.emit({ event: "failed", problem: toClientProblem(error) });
      await this.#close(toLossReason(error));
      throw error;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  #close(reason: LossReason): Promise<void> {
    return this.#closing ??= this.#closeParts(reason);
  }

  async #closeParts(reason: LossReason): Promise<void> {
    await Promise.all([this.files.close(), this.streams.close()]);
    await this.#links[Symbol.asyncDispose]();
    await this.#connection.stop(reason);
    await this.#pending.done();
  }
}
