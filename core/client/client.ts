/**
 * The chat client: everything a face or a bot can ask for. What happens is told as {@linkcode ClientEvent}s.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import { formatServer, type ServerAddress } from "../identity/known_servers.ts";
import * as accounts from "./account.ts";
import type { TrustCheck } from "./connection.ts";
import { LinkHolder, type OpenLinks } from "./direct_links.ts";
import { ClientError } from "./errors.ts";
import type { ClientEvent } from "./events.ts";
import { fetchLatest } from "./history.ts";
import { Inbox } from "./inbox.ts";
import { Lifeline } from "./lifeline.ts";
import type { Link } from "./link_state.ts";
import { PrivateMessages } from "./private_messages.ts";
import * as queries from "./queries.ts";
import { type Room, RoomBook } from "./rooms.ts";
import { RoomSpeech } from "./room_speech.ts";
import type { Credentials } from "./sasl.ts";
import type { Session } from "./session.ts";
import { SpokenReader } from "./spoken.ts";
import { UnderWay } from "./under_way.ts";

/** How a {@linkcode ChatClient} is made. */
export interface ChatClientOptions {
  readonly address: ServerAddress;
  readonly trust: TrustCheck;
  /** Hears everything that happens, in order. */
  readonly onEvent: (event: ClientEvent) => void;
  /** Opens the direct links of an account once it is signed in; without it, everything goes through the server. */
  readonly openLinks?: OpenLinks | undefined;
  readonly clock?: Clock;
  /** A random number from 0 to 1. */
  readonly random?: () => number;
}

/** A client of one server. {@linkcode ChatClient.connect} makes one. */
export class ChatClient implements AsyncDisposable {
  readonly #options: ChatClientOptions;
  readonly #lifeline: Lifeline;
  readonly #rooms = new RoomBook();
  readonly #inbox: Inbox;
  readonly #speech: RoomSpeech;
  readonly #private: PrivateMessages;
  readonly #links: LinkHolder | undefined;
  readonly #underWay = new UnderWay();
  #credentials: Credentials | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: ChatClientOptions) {
    this.#options = options;
    const { clock = systemClock, random = Math.random, address, trust } = options;
    const emit = (event: ClientEvent) => options.onEvent(event);
    const reader = new SpokenReader();
    this.#private = new PrivateMessages({
      clock,
      emit,
      session: () => this.#lifeline.session,
      links: () => this.#links?.links,
      self: () => this.nick,
      track: (work) => this.#underWay.add(work),
    });
    this.#links = options.openLinks && new LinkHolder(options.openLinks, {
      server: formatServer(address),
      send: (to, note) => this.#private.sendNote(to, note),
      received: (from, message) => this.#private.receivedDirectly(from, message),
      notice: (text) => emit({ event: "notice", text }),
      error: (code, text) => emit({ event: "error", code, text }),
    });
    this.#inbox = new Inbox(this.#rooms, reader, {
      emit: (event) => this.#heard(event),
      signedIn: (account) => this.#links?.signedIn(account),
      signedOut: () => this.#links?.signedOut(),
      entered: (room) => this.#underWay.add(this.#speech.entered(room)),
      leftRoom: (room) => this.#speech.left(room),
      cameOrWent: (nick) => this.#private.forget(nick),
      peerNote: (account, note) => this.#links?.links?.receive(account, note),
      acknowledged: (account, id) => this.#private.acknowledged(account, id),
      privateThroughServer: (spoken) => this.#private.throughServer(spoken),
    });
    this.#speech = new RoomSpeech({
      emit,
      inbox: this.#inbox,
      rooms: this.#rooms,
      localId: () => reader.localId(),
      session: () => this.#lifeline.session,
    });
    this.#lifeline = new Lifeline({
      address,
      trust,
      clock,
      random,
      events: {
        link: (link) => this.#linkChanged(link),
        unit: (session, unit, answers) => this.#inbox.take(session, unit, answers),
        roundTrip: (ms) => emit({ event: "round-trip", ms }),
        credentials: () => this.#credentials,
        opened: (session, error) => this.#opened(session, error),
      },
    });
  }

  /**
   * Connects to a server. Needs `--allow-net` for its address.
   *
   * @throws {ClientError} `could-not-connect`, `server-full`, `unknown-server-key`, `changed-server-key`.
   */
  static async connect(options: ChatClientOptions): Promise<ChatClient> {
    const client = new ChatClient(options);
    try {
      await client.#lifeline.start();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const code = error instanceof ClientError ? error.code : "failed";
      options.onEvent({ event: "error", code, text: reason });
      await client.quit(reason);
      throw error;
    }
    return client;
  }

  /** Our nickname on the server. */
  get nick(): string {
    return this.#lifeline.session?.nick ?? this.#credentials?.account ?? "*";
  }

  /** The account we are signed in to. */
  get account(): string | undefined {
    return this.#lifeline.session?.account;
  }

  /** Where the connection is. */
  get link(): Link {
    return this.#lifeline.link;
  }

  /** The rooms we are in, in the order in which we came. */
  get joinedRooms(): readonly Room[] {
    return this.#rooms.all();
  }

  /** A room we are in. */
  room(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  /** Resolves with the reason when the client is closed for good. */
  get closed(): Promise<string> {
    return this.#lifeline.closed;
  }

  /** Waits until nothing is under way any more: histories, and acknowledgements that may still come. */
  idle(): Promise<void> {
    return this.#underWay.done();
  }

  /** Makes an account and signs in to it. @throws {ClientError} `account-exists`, `weak-password`, ... */
  async register(who: Credentials): Promise<void> {
    await accounts.registerAccount(this.#signedOutSession(), who);
    this.#credentials = who;
  }

  /** Signs in. @throws {ClientError} `wrong-password`, `too-many-attempts`, ... */
  async login(who: Credentials): Promise<void> {
    await accounts.signIn(this.#signedOutSession(), who);
    this.#credentials = who;
  }

  /** Signs out; the connection stays. @throws {ClientError} `not-signed-in`. */
  async logout(): Promise<void> {
    await accounts.signOut(this.#session());
    this.#credentials = undefined;
  }

  /** Changes the password. Gives the server's words. @throws {ClientError} */
  async passwd(old: string, fresh: string): Promise<string> {
    const session = this.#session();
    const words = await accounts.changePassword(session, old, fresh);
    const account = session.account;
    if (this.#credentials && account) this.#credentials = { account, password: fresh };
    return words;
  }

  /** Says hello: a real round trip. @throws {ClientError} */
  hello(): Promise<queries.Hello> {
    return queries.hello(this.#session());
  }

  /** Goes into a room. @throws {ClientError} `no-such-room`, `not-signed-in`, ... */
  async join(room: string): Promise<void> {
    await this.#speech.join(room);
  }

  /** Leaves a room. @throws {ClientError} `not-in-room`, ... */
  async part(room: string): Promise<void> {
    await this.#session().request({ command: "PART", params: [room] });
  }

  /** All rooms the server shows. @throws {ClientError} */
  rooms(): Promise<readonly queries.ListedRoom[]> {
    return queries.listRooms(this.#session());
  }

  /** The members of a room. @throws {ClientError} */
  users(room: string): Promise<readonly string[]> {
    return queries.listMembers(this.#session(), room);
  }

  /** Everybody the server knows, here or not. @throws {ClientError} `not-signed-in`, ... */
  everybody(): Promise<readonly queries.KnownUser[]> {
    return queries.listUsers(this.#session());
  }

  /** The topic of a room; with `topic`, sets it first. @throws {ClientError} */
  async topic(room: string, topic?: string): Promise<string> {
    if (topic === undefined) return await queries.topicOf(this.#session(), room);
    await this.#session().request({ command: "TOPIC", params: [room, topic] });
    return topic;
  }

  /**
   * Says something in a room; resolves when the server has taken it. Without a connection it waits for the next one.
   *
   * @throws {ClientError} `queue-full`, `may-not-speak`, `too-long`, ...
   */
  say(room: string, text: string): Promise<void> {
    return this.#speech.say({ to: room, text, action: false });
  }

  /** As {@linkcode ChatClient.say}, for what one does rather than says. */
  me(room: string, text: string): Promise<void> {
    return this.#speech.say({ to: room, text, action: true });
  }

  /** Sends a private message, directly where that is possible. @throws {ClientError} When it was not sent. */
  privateMessage(to: string, text: string): Promise<void> {
    return this.#private.send({ to, text, action: false });
  }

  /** Says that we are away, or with `undefined` that we are back. @throws {ClientError} */
  async away(reason: string | undefined): Promise<void> {
    await this.#session().request({
      command: "AWAY",
      params: reason === undefined ? [] : [reason],
    });
  }

  /** What the server says of somebody, a line each. @throws {ClientError} `no-such-user`. */
  whois(nick: string): Promise<readonly string[]> {
    return queries.whois(this.#session(), nick);
  }

  /** Tells the last messages of a room once more, `replayed`. @throws {ClientError} */
  history(room: string, count: number): Promise<void> {
    return this.#inbox.retell(room, () => fetchLatest(this.#session(), room, count));
  }

  /** Says goodbye and closes. May be called twice. */
  quit(reason = "goodbye"): Promise<void> {
    return this.#closing ??= this.#close(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
  }

  async #close(reason: string): Promise<void> {
    await this.#links?.[Symbol.asyncDispose]();
    await this.#lifeline.stop(reason);
    await this.#underWay.done();
  }

  /** @throws {ClientError} `disconnected`. */
  #session(): Session {
    const session = this.#lifeline.session;
    if (session !== undefined) return session;
    throw new ClientError("disconnected", "Not connected to the server");
  }

  #signedOutSession(): Session {
    const session = this.#session();
    if (session.account === undefined) return session;
    throw new ClientError("refused", `Signed in as ${session.account}: /logout first`, {
      code: "already-signed-in",
    });
  }

  #opened(session: Session, signInError: ClientError | undefined): void {
    if (signInError) {
      this.#credentials = undefined;
      const { code, message } = signInError;
      this.#options.onEvent({ event: "error", code, text: `Not signed in again: ${message}` });
    }
    this.#underWay.add(this.#speech.returned(session));
  }

  #heard(event: ClientEvent): void {
    if (event.event === "message") this.#speech.heard(event);
    this.#options.onEvent(event);
  }

  #linkChanged(link: Link): void {
    const { onEvent } = this.#options;
    onEvent({ event: "link", link });
    if (link.at === "waiting") {
      this.#rooms.clear();
      const seconds = (link.delayMs / 1_000).toFixed(1);
      const text = `Not connected: ${link.reason}. Trying again in ${seconds} s`;
      onEvent({ event: "error", code: "disconnected", text });
    }
    if (link.at !== "closed") return;
    this.#speech.end(link.reason);
    onEvent({ event: "closed", reason: link.reason });
  }
}
