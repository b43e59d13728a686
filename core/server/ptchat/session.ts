/**
 * A person at a line-based tool (`nc`, `openssl s_client`, ...): lines in, what the hub says as text out. Knows
 * neither TCP nor UDP.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { HubEvent, HubSession, Room, User } from "../../hub/types.ts";
import { GivenSecrets } from "../../identity/given_secrets.ts";
import { adviceOnPassword } from "../../identity/password.ts";
import { LOBBY } from "../../irc/names.ts";
import type { Slot } from "../../net/slots.ts";
import { formatGreeting, formatNotice } from "../../ptchat/format.ts";
import type { PtchatLine } from "../../ptchat/line_splitter.ts";
import {
  awaitsPassword,
  type PtchatAct,
  type PtchatState,
  stepPtchat,
  STRANGER,
} from "../../ptchat/session.ts";
import type { ServerContext } from "../context.ts";
import type { DoorSession } from "../session_directory.ts";
import { freeAccountNick, guestNickFault, HOST, isGuestNick } from "../names.ts";
import { describeEvent } from "./describe.ts";
import { explainRefusal } from "./explain.ts";
import { LineWorker } from "../line_worker.ts";
import { historyLines, roomsOverview, usersOverview } from "./overview.ts";
import { sayToRoom, sendPrivate, tagUser } from "./talk.ts";
import type { PtchatSendOptions, PtchatTransport } from "./transport.ts";

/** Lines of the room that a newcomer is shown. */
const SHOWN_ON_ENTRY = 20;

/** With the greeting and the names, no more than 1024 bytes. */
const TERSE_CHARACTERS = 450;

/** So much of a long list is sent at once. */
const PIECE_CHARACTERS = 48 * 1024;

const REPLY: PtchatSendOptions = { urgency: "reply" };
const IN_ROOM: PtchatSendOptions = { urgency: "room" };
const LATER: PtchatSendOptions = { urgency: "later" };

const log = getLogger(["chat", "ptchat"]);

/** What a {@linkcode PtchatSession} is made of. */
export interface PtchatSessionOptions {
  readonly context: ServerContext;
  readonly transport: PtchatTransport;
  readonly slot: Slot;
  /** Told once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/** One visitor of the PTCHAT door. */
export class PtchatSession implements HubSession, DoorSession {
  user: User | undefined;
  #context: ServerContext;
  #transport: PtchatTransport;
  #slot: Slot;
  #worker: LineWorker<PtchatLine>;
  #state: PtchatState = STRANGER;
  #secrets = new GivenSecrets();
  #closed = false;
  #gone = new AbortController();
  /** A text was not taken: the visitor is about to be closed. */
  #isTooSlow = false;
  /** Sends no line ends, as the client in PTCHAT's manual, which reads 1024 bytes for each line that it sends. */
  #isTerse = false;
  /** While the visitor is waited for to read: what waits, and since when it is so much. */
  #unread: { readonly bytes: number; readonly since: number } | undefined;
  #openedAt: number;
  #lastHeardAt: number;
  #onClosed: (reason: string) => void;

  constructor({ context, transport, slot, onClosed }: PtchatSessionOptions) {
    this.#context = context;
    this.#transport = transport;
    this.#slot = slot;
    this.#worker = new LineWorker({
      bucket: context.throttle.messageBucket(),
      work: (line) => this.#step(line),
      crowded: (crowded) => transport.crowded(crowded),
      limited: () => {
        const { address, user } = this;
        log.info("slowed down: {nick} from {address}", { nick: user?.nick ?? "*", address });
      },
      failed: (error) => {
        log.error("line failed: {error}", { error });
        this.close("Something went wrong on the server");
      },
    });
    this.#openedAt = this.#lastHeardAt = context.steadyNow();
    this.#onClosed = onClosed;
  }

  /** Where the visitor stands. */
  get state(): PtchatState {
    return this.#state;
  }

  /** IP address the visitor comes from. */
  get address(): string {
    return this.#transport.address;
  }

  /** The account signed in to. */
  get account(): string | undefined {
    return this.user?.account;
  }

  /** Whether a line is being worked on, or a password is the next one. */
  get isBusy(): boolean {
    return this.#worker.isWorking || awaitsPassword(this.#state);
  }

  /** Bytes that wait to be sent. */
  get pendingBytes(): number {
    return this.#transport.pendingBytes;
  }

  /** Whether what was sent last has to wait until the visitor has said more. */
  get holdsBack(): boolean {
    return this.#transport.holdsBack;
  }

  /** Says hello, and how to get in. */
  greet(): void {
    const { name, guests, motd } = this.#context;
    const { encrypted } = this.#transport;
    this.#send(formatGreeting({ server: name, guests, encrypted, motd }), LATER);
  }

  /** Takes one line, perhaps one whose end did not come; lines are worked off in order. */
  take(line: PtchatLine, { isUnterminated = false } = {}): void {
    if (this.#closed) return;
    this.#isTerse ||= isUnterminated;
    this.#lastHeardAt = this.#context.steadyNow();
    this.#worker.take(line);
  }

  deliver(event: HubEvent): void {
    if (event.kind === "renamed" && event.user === this.user && this.#state.at === "in") {
      this.#state = { ...this.#state, name: event.user.nick };
    }
    const room = this.#state.at === "in" ? this.#state.room : undefined;
    const text = describeEvent(event, { session: this, room });
    if (text === "") return;
    if (event.kind !== "said") return this.#send(text, LATER);
    this.#context.counters.deliveries++;
    this.#send(text, event.origin === this ? REPLY : IN_ROOM);
  }

  announce(text: string): void {
    this.#send(formatNotice(text));
  }

  check(now: number): void {
    if (this.#isStuck(now)) return this.close("You read too slowly");
    const waitsForUs = this.#worker.isWorking && !this.#unread;
    if (this.#state.at === "in" || waitsForUs) return;
    const { registrationMs, signInMs } = this.#context.deadlines;
    const isOver = now - this.#lastHeardAt > registrationMs || now - this.#openedAt > signInMs;
    if (isOver) this.close("Sign-in timed out");
  }

  /** Whether nothing has been read for as long as a dead connection is waited for. */
  #isStuck(now: number): boolean {
    if (!this.#unread) return false;
    const bytes = this.pendingBytes;
    if (bytes !== this.#unread.bytes) this.#unread = { bytes, since: now };
    return now - this.#unread.since > this.#context.deadlines.deadAfterMs;
  }

  /** Forgets the visitor: it was a program that speaks something else, and its connection goes on elsewhere. */
  dismiss(): void {
    this.#closed = true;
    this.#state = { at: "gone" };
    this.#gone.abort();
    this.#worker.stop();
    this.#context.directory.forget(this);
  }

  /** The other end has hung up: what it has said before is still worked off. */
  leave(reason: string): void {
    this.#worker.finish(() => this.close(reason));
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.dismiss();
    this.#context.hub.leave(this, reason);
    this.#transport.end(formatNotice(`Goodbye: ${reason}.`));
    this.#onClosed(reason);
  }

  /** What is asked for waits until what was asked for before is read. */
  #step(line: PtchatLine): void | Promise<void> {
    if (this.pendingBytes <= PIECE_CHARACTERS) return this.#answer(line);
    return this.#drained().then(() => this.#answer(line));
  }

  async #drained(): Promise<void> {
    this.#unread = { bytes: this.pendingBytes, since: this.#context.steadyNow() };
    await this.#transport.drained();
    this.#unread = undefined;
  }

  #answer(line: PtchatLine): void | Promise<void> {
    if (this.#closed) return;
    const { guests, store } = this.#context;
    const { state, act, secret } = stepPtchat(this.#state, line, {
      guests,
      isAccount: (name) => store.findAccount(name) !== undefined,
      isSecret: (text) => this.#secrets.has(text),
    });
    if (secret !== undefined) this.#secrets.add(secret);
    if (state.at !== "gone") this.#state = state;
    return this.#do(act);
  }

  #do(act: PtchatAct): void | Promise<void> {
    switch (act.act) {
      case "nothing":
        return;
      case "reply":
        return this.#send(act.text);
      case "login":
      case "register":
        return this.#signIn(act);
      case "name":
        return this.#enterAsGuest(act.name);
      case "say":
        return this.#send(sayToRoom(this.#context, this, { room: this.#room(), text: act.text }));
      case "tag":
        return this.#send(tagUser(this.#context, this, { ...act, room: this.#room() }));
      case "private":
        return this.#send(sendPrivate(this.#context, this, act));
      case "users":
        return this.#pour(usersOverview(this.#context));
      case "rooms":
        return this.#pour(roomsOverview(this.#context, this.user));
      case "history":
        return this.#showHistory(act.lines);
      case "join":
        return this.#goTo(act.room);
      case "quit":
        return this.close("Signed out");
    }
  }

  async #signIn({ act, name, password }: PtchatAct & { act: "login" | "register" }): Promise<void> {
    const { accounts } = this.#context;
    const { address, isUnconfirmed } = this.#transport;
    const isFree = (wanted: string) => !isGuestNick(this.#context, wanted, this.user);
    const claim = { name, password, address, isUnconfirmed, isFree, signal: this.#gone.signal };
    const outcome = act === "login"
      ? accounts.admitSession(await accounts.signIn(claim))
      : await accounts.register(claim);
    if (this.#closed) return;
    this.#lastHeardAt = this.#context.steadyNow();
    if (outcome.state !== "ok") return this.#send(formatNotice(explainRefusal(outcome)));
    const { account } = outcome;
    freeAccountNick(this.#context, account);
    this.#slot.settle();
    if (act === "login") this.#transport.signedIn();
    if (this.#closed) return;
    this.#enter(account, account);
    const advice = act === "register" ? adviceOnPassword(password) : undefined;
    if (advice !== undefined) this.#send(formatNotice(`${advice}.`));
  }

  #enterAsGuest(nick: string): void {
    const fault = guestNickFault(this.#context, nick);
    if (fault !== undefined) return this.#send(formatNotice(fault));
    this.#enter(nick, undefined);
  }

  #enter(nick: string, account: string | undefined): void {
    const { hub } = this.#context;
    const who = { nick, account, username: nick.replace(/[^A-Za-z0-9_.-]/g, "") || "user" };
    const entered = hub.enter(this, { ...who, realname: nick, host: HOST });
    if (entered === "nick-in-use") return this.#send(formatNotice(`${nick} is in use.`));
    if (account === undefined) this.#slot.welcome();
    log.info("{nick} is at {address}", { nick, address: this.address });
    this.#state = { at: "in", name: nick, guest: account === undefined, room: LOBBY };
    const as = account === undefined ? `in as the guest ${nick}` : `signed in as ${nick}`;
    const told = formatNotice(`You are ${as}. What you type is said in ${LOBBY}.`);
    this.#send(told, { ...REPLY, short: formatNotice(`You are ${nick}.`) });
    const room = this.#comeInto(LOBBY);
    if (room) this.#lookAround(room);
  }

  #goTo(name: string): void {
    const room = this.#comeInto(name);
    if (!room) return;
    this.#send(formatNotice(`You are in ${room.name}.`));
    this.#lookAround(room);
  }

  #comeInto(name: string): Room | undefined {
    if (!this.user || this.#state.at !== "in") return undefined;
    const { rooms } = this.#context.hub;
    const room = rooms.join(this.user, name);
    if (typeof room === "string") {
      this.#send(formatNotice(`You cannot go to ${name}: ${room.replaceAll("-", " ")}.`));
      return undefined;
    }
    const former = this.#room();
    if (former && former !== room && former.name !== LOBBY && this.user.sessions.size === 1) {
      rooms.part(this.user, former, "");
    }
    this.#state = { ...this.#state, room: room.name };
    return room;
  }

  #lookAround(room: Room): void {
    if (room.topic) this.#send(formatNotice(`${room.name}: ${room.topic.text}`), LATER);
    this.#showHistory(SHOWN_ON_ENTRY, LATER);
  }

  #showHistory(limit: number, how = REPLY): void {
    const room = this.#room();
    if (!room) return;
    const bound = this.#isTerse ? { limit, maxCharacters: TERSE_CHARACTERS } : { limit };
    this.#send(historyLines(this.#context, room, bound), how);
  }

  #room(): Room | undefined {
    const { at } = this.#state;
    if (at !== "in" || !this.user) return undefined;
    const room = this.#context.hub.rooms.find(this.#state.room);
    return room?.members.has(this.user) ? room : undefined;
  }

  /** Sends a text that may be long, piece by piece, as it is read. */
  async #pour(text: string): Promise<void> {
    for (const piece of piecesOf(text)) {
      if (this.#closed) return;
      this.#send(piece);
      if (piece.length < text.length) await this.#drained();
    }
  }

  #send(text: string, how: PtchatSendOptions = REPLY): void {
    if (this.#closed || this.#isTooSlow || text === "") return;
    if (this.#transport.send(text, how)) return;
    this.#isTooSlow = true;
    // Not at once: the hub may be telling everybody something, and must not be called back meanwhile.
    queueMicrotask(() => this.close("You read too slowly"));
  }
}

/** Whole lines, as many as may wait at once. */
function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at + PIECE_CHARACTERS);
    yield text.slice(at, end < 0 ? undefined : end + 1);
    at = end < 0 ? text.length : end + 1;
  }
}
