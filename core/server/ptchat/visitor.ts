/**
 * A person at a line-based tool (`nc`, `openssl s_client`, ...): lines in, what the hub says as text out. Knows
 * neither TCP nor UDP.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import {
  type HubEvent,
  isRoom,
  type Room,
  type Said,
  type Session,
  type User,
} from "../../hub/types.ts";
import { foldName, LOBBY } from "../../irc/names.ts";
import type { Slot } from "../../net/slots.ts";
import type { MessageBucket } from "../../net/throttle.ts";
import {
  formatGreeting,
  formatHistory,
  formatMessageLine,
  formatNotice,
  formatNotSent,
  formatPrivate,
  formatRooms,
  formatSent,
  formatUsers,
  type ShownUser,
} from "../../ptchat/format.ts";
import type { Line } from "../../ptchat/line_splitter.ts";
import type { Urgency } from "../../ptchat/udp_outlet.ts";
import { type PtchatAct, type PtchatState, stepPtchat } from "../../ptchat/session.ts";
import type { RegisterOutcome, SignInOutcome } from "../accounts.ts";
import type { ServerContext } from "../context.ts";
import type { Visitor } from "../directory.ts";
import { guestNickFault, HOST, makeWay } from "../names.ts";
import { historyOf } from "../room_history.ts";

/** Lines of the room that a newcomer is shown. */
const SHOWN_ON_ENTRY = 20;
/** Lines that may wait their turn; the transport stops reading before that. */
const MAX_WAITING_LINES = 64;

const REPLY: Sent = { urgency: "reply" };
const IN_ROOM: Sent = { urgency: "room" };
const LATER: Sent = { urgency: "later" };

const log = getLogger(["chat", "ptchat"]);

/** What a transport may need to know of a text that it sends, where it cannot send all. */
export interface Sent {
  readonly urgency: Urgency;
  /** The same in few bytes. */
  readonly short?: string;
}

/** What carries a visitor's lines. */
export interface PtchatTransport {
  readonly address: string;
  readonly encrypted: boolean;
  /** Bytes that wait to be sent. */
  readonly pendingBytes: number;
  /** Whom passwords and registrations are counted for: the address, unless that may be forged. */
  readonly countedAs: string;
  /** Sends text made of whole lines. False when the visitor reads too slowly. */
  send(text: string, how: Sent): boolean;
  /** The visitor knew an account's password. */
  signedIn(): void;
  /** Sends what is pending and a last line, then closes. */
  end(last: string): void;
  /** More lines wait than should (true), or few enough again (false). */
  crowded(crowded: boolean): void;
}

/** What a {@linkcode PtchatVisitor} is made of. */
export interface PtchatVisitorOptions {
  readonly context: ServerContext;
  readonly transport: PtchatTransport;
  readonly slot: Slot;
  /** Told once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/** One visitor of the PTCHAT door. */
export class PtchatVisitor implements Session, Visitor {
  user: User | undefined;
  #context: ServerContext;
  #transport: PtchatTransport;
  #slot: Slot;
  #bucket: MessageBucket;
  #state: PtchatState = { at: "stranger" };
  #waiting: Line[] = [];
  #working = false;
  #closed = false;
  #limited = false;
  #lastHeardAt: number;
  #slowTimer: ReturnType<typeof setTimeout> | undefined;
  #onClosed: (reason: string) => void;

  constructor({ context, transport, slot, onClosed }: PtchatVisitorOptions) {
    this.#context = context;
    this.#transport = transport;
    this.#slot = slot;
    this.#bucket = context.throttle.messageBucket();
    this.#lastHeardAt = context.now();
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
    return this.#working || this.#state.at === "password";
  }

  /** Bytes that wait to be sent. */
  get pendingBytes(): number {
    return this.#transport.pendingBytes;
  }

  /** Says hello, and how to get in. */
  greet(): void {
    const { name, guests, motd } = this.#context;
    const { encrypted } = this.#transport;
    this.#send(formatGreeting({ server: name, guests, encrypted, motd }), LATER);
  }

  /** Takes one line; lines are worked off in order. */
  take(line: Line): void {
    if (this.#closed) return;
    this.#lastHeardAt = this.#context.now();
    this.#waiting.push(line);
    if (this.#waiting.length >= MAX_WAITING_LINES) this.#transport.crowded(true);
    if (!this.#working) this.#work();
  }

  deliver(event: HubEvent): void {
    const text = this.#describe(event);
    if (text === "") return;
    if (event.kind !== "said") return this.#send(text, LATER);
    this.#context.counters.deliveries++;
    this.#send(text, event.origin === this ? REPLY : IN_ROOM);
  }

  announce(text: string): void {
    this.#send(formatNotice(text));
  }

  check(now: number): void {
    const silentMs = now - this.#lastHeardAt;
    if (this.#state.at !== "in" && silentMs > this.#context.deadlines.registrationMs) {
      this.close("Sign-in timed out");
    }
  }

  /** Forgets the visitor: it was a program that speaks something else, and its connection goes on elsewhere. */
  dismiss(): void {
    this.#closed = true;
    this.#state = { at: "gone" };
    this.#waiting = [];
    clearTimeout(this.#slowTimer);
    this.#context.directory.forget(this);
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.dismiss();
    this.#context.hub.leave(this, reason);
    this.#transport.end(formatNotice(`Goodbye: ${reason}.`));
    this.#onClosed(reason);
  }

  // ---------------------------------------------------------------- lines in

  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (this.#waiting.length > 0 && !this.#closed) {
        const allowed = this.#bucket.take(performance.now());
        if (allowed.state === "limited") {
          this.#noteLimited();
          await new Promise<void>((resolve) => {
            this.#slowTimer = setTimeout(resolve, allowed.retryMs);
          });
          continue;
        }
        await this.#step(this.#waiting.shift()!);
        if (this.#waiting.length === 0) this.#transport.crowded(false);
      }
    } catch (error) {
      log.error("line failed: {error}", { error });
      this.close("Something went wrong on the server");
    }
    this.#working = false;
  }

  /** Once for a visitor: the log is no place to flood either. */
  #noteLimited(): void {
    if (this.#limited) return;
    this.#limited = true;
    log.info("slowed down: {nick} from {address}", {
      nick: this.user?.nick ?? "*",
      address: this.address,
    });
  }

  #step(line: Line): void | Promise<void> {
    const { guests } = this.#context;
    const { state, act } = stepPtchat(this.#state, line, { guests });
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
        return this.#say(act.text);
      case "tag":
        return this.#say(`@${act.user} ${act.text}`);
      case "private":
        return this.#tell(act.user, act.text);
      case "users":
        return this.#send(formatUsers(this.#everybody()));
      case "rooms":
        return this.#send(formatRooms(this.#rooms()));
      case "history":
        return this.#showHistory(act.lines);
      case "join":
        return this.#join(act.room);
      case "quit":
        return this.close("Signed out");
    }
  }

  async #signIn({ act, name, password }: PtchatAct & { act: "login" | "register" }): Promise<void> {
    const { accounts } = this.#context;
    const { address, countedAs } = this.#transport;
    const claim = { name, password, address, countedAs };
    const outcome = await (act === "login" ? accounts.signIn(claim) : accounts.register(claim));
    if (this.#closed) return;
    if (outcome.state !== "ok") return this.#send(formatNotice(explainRefusal(outcome)));
    const { account } = outcome;
    makeWay(this.#context, account);
    this.#slot.settle();
    if (act === "login") this.#transport.signedIn();
    if (this.#closed) return;
    this.#enter(account, account);
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
    this.#state = { at: "in", name: nick, guest: account === undefined, room: LOBBY };
    const as = account === undefined ? `in as the guest ${nick}` : `signed in as ${nick}`;
    const told = formatNotice(`You are ${as}. What you type is said in ${LOBBY}.`);
    this.#send(told, { ...REPLY, short: formatNotice(`You are ${nick}.`) });
    this.#join(LOBBY);
  }

  #say(text: string): void {
    const room = this.#room();
    if (!room || !this.user) return this.#send(formatNotice("Not sent: you are in no room."));
    if (!this.#context.hub.rooms.maySay(this.user, room)) {
      return this.#send(formatNotice(`Not sent: you may not speak in ${room.name}.`));
    }
    if (this.#context.writer.isFull) {
      return this.#send(formatNotice("Not sent: the server cannot store messages now."));
    }
    this.#context.hub.say(this, room, { as: "message", text });
  }

  #tell(nick: string, text: string): void {
    const { hub, store } = this.#context;
    const user = hub.user(nick);
    if (!user) {
      const known = store.findAccount(nick) !== undefined;
      return this.#send(formatNotSent(nick, known ? "offline" : "unknown"));
    }
    hub.say(this, user, { as: "message", text });
    const away = user.away === undefined ? "" : formatNotice(`${user.nick} is away: ${user.away}`);
    this.#send(formatSent(user.nick) + away);
  }

  #join(name: string): void {
    if (!this.user || this.#state.at !== "in") return;
    const room = this.#context.hub.rooms.join(this.user, name);
    if (typeof room === "string") {
      return this.#send(formatNotice(`You cannot go to ${name}: ${room.replaceAll("-", " ")}.`));
    }
    const former = this.#room();
    if (former && former !== room && former.name !== LOBBY && this.user.sessions.size === 1) {
      this.#context.hub.rooms.part(this.user, former, "");
    }
    this.#state = { ...this.#state, room: room.name };
    const topic = room.topic ? formatNotice(`${room.name}: ${room.topic.text}`) : "";
    this.#send(topic, LATER);
    this.#showHistory(SHOWN_ON_ENTRY, LATER);
  }

  #showHistory(lines: number, how = REPLY): void {
    const room = this.#room();
    if (!room) return;
    const rows = historyOf(this.#context, room, { kind: "latest", limit: lines });
    const messages = rows.filter(({ kind }) => kind !== "tags").flatMap(({ from, text, time }) =>
      text.split("\n").map((line) => ({ from, text: line, timeMs: time }))
    );
    this.#send(formatHistory(room.name, messages), how);
  }

  #room(): Room | undefined {
    const { at } = this.#state;
    if (at !== "in" || !this.user) return undefined;
    const room = this.#context.hub.rooms.find(this.#state.room);
    return room?.members.has(this.user) ? room : undefined;
  }

  #everybody(): ShownUser[] {
    const { hub, store } = this.#context;
    const online = [...hub.users].map(({ nick, since, account }) => ({
      name: nick,
      online: true,
      sinceMs: since,
      guest: account === undefined,
    }));
    const offline = store.accounts().filter(({ name }) => !hub.user(name)).map((account) => ({
      name: account.name,
      online: false,
      sinceMs: account.lastSeenAt,
      guest: false,
    }));
    return [...online, ...offline];
  }

  #rooms() {
    const { rooms } = this.#context.hub;
    return [...rooms].filter((room) => rooms.maySee(this.user, room)).map((room) => ({
      name: room.name,
      users: room.members.size,
      topic: room.topic?.text ?? "",
    }));
  }

  // ---------------------------------------------------------------- text out

  #describe(event: HubEvent): string {
    switch (event.kind) {
      case "said":
        return this.#describeSaid(event);
      case "joined":
        return this.#inRoom(event.room, event.user)
          ? formatNotice(`${event.user.nick} is here.`)
          : "";
      case "left":
        return this.#inRoom(event.room, event.user) ? formatNotice(`${event.user.nick} left.`) : "";
      case "quit":
        return event.user === this.user ? "" : formatNotice(`${event.user.nick} is gone.`);
      case "renamed": {
        const former = event.formerMask.slice(0, event.formerMask.indexOf("!"));
        if (event.user === this.user && this.#state.at === "in") {
          this.#state = { ...this.#state, name: event.user.nick };
        }
        return formatNotice(`${former} is ${event.user.nick} now.`);
      }
      case "kicked":
        return event.user === this.user
          ? formatNotice(`You were thrown out of ${event.room.name}: ${event.reason}`)
          : "";
      case "topic-changed":
        return this.#inRoom(event.room)
          ? formatNotice(`${event.room.name}: ${event.room.topic?.text ?? "(no topic)"}`)
          : "";
      case "invited":
        return event.guest === this.user
          ? formatNotice(`${event.by.nick} invites you: ~:join ${event.room.name}:`)
          : "";
      default:
        return "";
    }
  }

  #describeSaid({ from, to, as, text, origin }: Said): string {
    if (as === "signal") return "";
    const lines = text.split("\n").filter((line) => line !== "");
    if (!isRoom(to)) {
      if (origin === this || to !== this.user) return "";
      return lines.map((line) => formatPrivate({ from: from.nick, text: line })).join("");
    }
    const elsewhere = this.#inRoom(to) ? "" : `[${to.name}] `;
    const reader = this.user?.nick ?? "";
    return lines.map((line) =>
      elsewhere + formatMessageLine({ from: from.nick, text: line }, reader)
    )
      .join("");
  }

  /** Whether it is about the room the visitor is in, and not about the visitor. */
  #inRoom(room: Room, about?: User): boolean {
    return this.#state.at === "in" && about !== this.user &&
      foldName(this.#state.room) === foldName(room.name);
  }

  #send(text: string, how: Sent = REPLY): void {
    if (this.#closed || text === "") return;
    if (!this.#transport.send(text, how)) this.close("You read too slowly");
  }
}

function explainRefusal(
  outcome: Exclude<SignInOutcome | RegisterOutcome, { state: "ok" }>,
): string {
  switch (outcome.state) {
    case "wrong":
      return "Wrong name or password.";
    case "banned":
      return `You are ${outcome.why}.`;
    case "limited":
      return `Too many attempts: wait ${Math.ceil(outcome.retryMs / 1000)} seconds.`;
    case "busy":
      return "The server is busy: try again.";
    case "taken":
      return "That account exists already.";
    case "lookalike":
      return "That name looks like another account's.";
    case "bad-name":
      return "Names are 2 to 20 of A-Z a-z 0-9 _ - [ ] \\ ^ { } | `.";
    case "weak-password":
      return `Cannot take that password: ${outcome.reason}.`;
  }
}
