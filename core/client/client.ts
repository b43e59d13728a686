/**
 * The chat client: everything a face or a bot can ask for. What happens is told as {@linkcode ClientEvent}s.
 *
 * @module
 */
import * as accounts from "./account.ts";
import { type ChatClientOptions, Engine } from "./engine.ts";
import { ClientError } from "./errors.ts";
import { fetchLatest } from "./history.ts";
import type { Link } from "./link_state.ts";
import * as queries from "./queries.ts";
import type { ListedOffer, Offers } from "./offers.ts";
import type { LossReason } from "./problems.ts";
import type { LeftOutFile } from "./transfer_events.ts";
import type { JoinedRoom } from "./rooms.ts";
import type { Credentials } from "./sasl.ts";
import type { ServerSession } from "./session.ts";
import type { MediaStreams } from "./streams/mod.ts";

/** A client of one server. {@linkcode ChatClient.connect} makes one. */
export class ChatClient implements AsyncDisposable {
  readonly #engine: Engine;
  #listedRooms: readonly string[] = [];

  private constructor(options: ChatClientOptions) {
    this.#engine = new Engine(options);
  }

  /**
   * Connects to a server. Needs `--allow-net` for its address.
   *
   * @throws {ClientError} `could-not-connect`, `server-full`, `unknown-server-key`, `changed-server-key`.
   */
  static async connect(options: ChatClientOptions): Promise<ChatClient> {
    const client = new ChatClient(options);
    await client.#engine.start();
    return client;
  }

  /** Our nickname on the server. */
  get nick(): string {
    return this.#engine.nick;
  }

  /** The account we are signed in to. */
  get account(): string | undefined {
    return this.#engine.lifeline.session?.account;
  }

  /** Where the connection is. */
  get link(): Link {
    return this.#engine.lifeline.link;
  }

  /** The rooms we are in, in the order in which we came. */
  get joinedRooms(): readonly JoinedRoom[] {
    return this.#engine.rooms.all();
  }

  /** The names of the rooms we are in, and of those that the server has listed when it was asked last. */
  get knownRooms(): readonly string[] {
    return [...this.joinedRooms.map(({ name }) => name), ...this.#listedRooms];
  }

  /** A room we are in. */
  room(name: string): JoinedRoom | undefined {
    return this.#engine.rooms.get(name);
  }

  /** What is offered and under way, in both directions. */
  get offers(): Offers {
    return this.#engine.offers;
  }

  /** Offers files and folders to somebody; what becomes of it is told. @throws {ClientError} */
  sendFiles(to: string, paths: readonly string[]): Promise<ListedOffer> {
    return this.#engine.files.send(this.#engine.rooms.spelled(to), paths);
  }

  /** What was left out of the last offer of ours. */
  get leftOut(): readonly LeftOutFile[] {
    return this.#engine.files.leftOut;
  }

  /** Sound and picture, in both directions. */
  get streams(): MediaStreams {
    return this.#engine.streams;
  }

  /**
   * Waits for the transfers that are under way, and a while for answers to our offers. Streams that never end by
   * themselves are stopped.
   */
  async transfersSettled(): Promise<void> {
    await Promise.all([this.#engine.files.settled(), this.#engine.streams.settled()]);
  }

  /** Resolves with the reason when the client is closed for good. */
  get closed(): Promise<LossReason> {
    return this.#engine.lifeline.closed;
  }

  /** Waits until nothing is under way any more: histories, and acknowledgements that may still come. */
  idle(): Promise<void> {
    return this.#engine.underWay.done();
  }

  /** Makes an account and signs in to it. @throws {ClientError} `account-exists`, `weak-password`, ... */
  async register(who: Credentials): Promise<void> {
    await accounts.registerAccount(this.#signedOutSession(), who);
    this.#engine.credentials = who;
  }

  /** Signs in. @throws {ClientError} `wrong-password`, `too-many-attempts`, ... */
  async login(who: Credentials): Promise<void> {
    await accounts.signIn(this.#signedOutSession(), who);
    this.#engine.credentials = who;
  }

  /** Signs out; the connection stays. @throws {ClientError} `not-signed-in`. */
  async logout(): Promise<void> {
    await accounts.signOut(this.#engine.session());
    this.#engine.credentials = undefined;
  }

  /** Changes the password. Gives the server's words. @throws {ClientError} */
  async passwd(old: string, fresh: string): Promise<string> {
    const session = this.#engine.session();
    const words = await accounts.changePassword(session, old, fresh);
    const account = session.account;
    if (this.#engine.credentials && account) {
      this.#engine.credentials = { account, password: fresh };
    }
    return words;
  }

  /** Says hello: a real round trip. @throws {ClientError} */
  hello(): Promise<queries.ServerGreeting> {
    return queries.hello(this.#engine.session());
  }

  /** Goes into a room. @throws {ClientError} `no-such-room`, `not-signed-in`, ... */
  async join(room: string): Promise<void> {
    await this.#engine.speech.join(room);
  }

  /** Leaves a room. @throws {ClientError} `not-in-room`, ... */
  async part(room: string): Promise<void> {
    await this.#engine.session().request({ command: "PART", params: [room] });
  }

  /** All rooms the server shows. @throws {ClientError} */
  async rooms(): Promise<readonly queries.RoomListing[]> {
    const rooms = await queries.listRooms(this.#engine.session());
    this.#listedRooms = rooms.map(({ name }) => name);
    return rooms;
  }

  /** The members of a room. @throws {ClientError} */
  users(room: string): Promise<readonly string[]> {
    return queries.listMembers(this.#engine.session(), room);
  }

  /** Everybody the server knows, here or not. @throws {ClientError} `not-signed-in`, ... */
  everybody(): Promise<readonly queries.KnownUser[]> {
    return queries.listUsers(this.#engine.session());
  }

  /** The topic of a room; with `topic`, sets it first. @throws {ClientError} */
  async topic(room: string, topic?: string): Promise<string> {
    if (topic === undefined) return await queries.topicOf(this.#engine.session(), room);
    await this.#engine.session().request({ command: "TOPIC", params: [room, topic] });
    return topic;
  }

  /**
   * Says something in a room; resolves when the server has taken it. Without a connection it waits for the next one.
   *
   * @throws {ClientError} `queue-full`, `may-not-speak`, `too-long`, ...
   */
  say(room: string, text: string): Promise<void> {
    return this.#engine.speech.say({ to: room, text, action: false });
  }

  /** As {@linkcode ChatClient.say}, for what one does rather than says. */
  me(room: string, text: string): Promise<void> {
    return this.#engine.speech.say({ to: room, text, action: true });
  }

  /** Sends a private message, directly where that is possible. @throws {ClientError} When it was not sent. */
  privateMessage(to: string, text: string): Promise<void> {
    return this.#engine.private.send({ to: this.#engine.rooms.spelled(to), text, action: false });
  }

  /** Says that we are away, or with `undefined` that we are back. @throws {ClientError} */
  async away(reason: string | undefined): Promise<void> {
    await this.#engine.session().request({
      command: "AWAY",
      params: reason === undefined ? [] : [reason],
    });
  }

  /** What the server says of somebody, a line each. @throws {ClientError} `no-such-user`. */
  whois(nick: string): Promise<readonly string[]> {
    return queries.whois(this.#engine.session(), nick);
  }

  /** Tells the last messages of a room once more, `replayed`. @throws {ClientError} */
  history(room: string, count: number): Promise<void> {
    return this.#engine.inbox.retell(room, () => fetchLatest(this.#engine.session(), room, count));
  }

  /** Says goodbye and closes. May be called twice. */
  quit(reason = "goodbye"): Promise<void> {
    return this.#engine.close({ kind: "closed-here", text: reason });
  }

  /** As {@linkcode ChatClient.quit}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
  }

  #signedOutSession(): ServerSession {
    const session = this.#engine.session();
    if (session.account === undefined) return session;
    throw new ClientError({ kind: "already-signed-in", account: session.account });
  }
}
