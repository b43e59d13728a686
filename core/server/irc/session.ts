/**
 * One IRC connection: lines in, commands run in order, lines out.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { HubEvent, SessionId } from "../../hub/events.ts";
import type { Room, User } from "../../hub/types.ts";
import { GivenSecrets } from "../../identity/given_secrets.ts";
import { CAP, type CapSet } from "../../irc/caps.ts";
import {
  asMiddle,
  fitBody,
  formatMessage,
  isOverlong,
  type Message,
  parseMessage,
} from "../../irc/message.ts";
import { ERR, RPL } from "../../irc/numerics.ts";
import type { LineConnection, LineReader } from "../../net/line_connection.ts";
import type { LineFault } from "../../net/lines.ts";
import type { Slot } from "../../net/slots.ts";
import type { Actor } from "../acts/actor.ts";
import type { ServerContext } from "../context.ts";
import type { MonitoringSession } from "../session_directory.ts";
import { LineWorker } from "../line_worker.ts";
import type { EventFormatter, EventFormatters } from "./event_formatter.ts";
import { readLatin1 } from "./latin1.ts";
import { Output } from "./output.ts";
import { isOwnMessage } from "./own_messages.ts";
import { describeRoom } from "./rooms.ts";
import {
  type CommandResult,
  type MultilineDraft,
  newRegistration,
  type Registration,
} from "./session_state.ts";
import { IdleWatch } from "./idle_watch.ts";

/** Commands whose own specification has standard replies: who sends them knows them, asked for or not. */
const ALWAYS_STANDARD: ReadonlySet<string> = new Set(["REGISTER", "CHATHISTORY", "BATCH", "*"]);

const log = getLogger(["chat", "irc"]);

/** Runs the command of a message. What is slow comes back as something to be done later. */
export type Dispatch = (
  session: IrcSession,
  message: Message,
) => CommandResult;

/** What an {@linkcode IrcSession} is made of. */
export interface IrcSessionOptions {
  readonly context: ServerContext;
  readonly connection: LineConnection;
  readonly slot: Slot;
  readonly faces: EventFormatters;
  readonly dispatch: Dispatch;
  /** Told once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/** A line that could not be read, in its place among the others. */
interface Fault {
  readonly fault: LineFault;
}

/** An IRC client's connection. */
export class IrcSession implements Actor, LineReader, MonitoringSession {
  readonly id: SessionId;
  user: User | undefined;
  /** Before registration is complete: what is known so far. */
  registration: Registration | undefined = newRegistration();
  /** The mechanism and state of a SASL exchange under way. */
  sasl: { step(data: string): CommandResult } | undefined;
  /** A `draft/multiline` batch under way. */
  draft: MultilineDraft | undefined;
  readonly context: ServerContext;
  readonly connection: LineConnection;
  readonly slot: Slot;
  readonly door = "irc";
  readonly isUnconfirmed = false;
  readonly secrets = new GivenSecrets();
  /** What goes to the client. */
  readonly output: Output;
  #caps: CapSet = 0;
  #dispatch: Dispatch;
  #faces: EventFormatters;
  #face: EventFormatter;
  #worker: LineWorker<string | Fault>;
  #closed = false;
  #gone = new AbortController();
  /** Since when a command waits for something slow of ours. */
  #waitsSince: number | undefined;
  #vigil: IdleWatch;
  #onClosed: (reason: string) => void;

  constructor({ context, connection, slot, faces, dispatch, onClosed }: IrcSessionOptions) {
    this.context = context;
    this.id = context.hub.newSessionId();
    this.connection = connection;
    this.slot = slot;
    this.#dispatch = dispatch;
    this.#faces = faces;
    this.#face = faces.of(0);
    this.output = new Output(connection, {
      server: context.name,
      tooSlow: () => this.close("SendQ exceeded"),
    });
    this.#worker = new LineWorker({
      bucket: context.throttle.messageBucket(),
      work: (line) => this.#work(line),
      crowded: (crowded) => connection.crowded(crowded),
      limited: () => {
        log.info("slowed down: {nick} from {address}", {
          nick: this.nick,
          address: connection.address,
        });
      },
      failed: (error) => this.#failed(error),
    });
    this.#vigil = new IdleWatch(context.steadyNow());
    this.#onClosed = onClosed;
  }

  /** The capabilities the client asked for. */
  get caps(): CapSet {
    return this.#caps;
  }

  set caps(caps: CapSet) {
    this.#caps = caps;
    this.#face = this.#faces.of(caps);
  }

  /** Whether all of these capabilities are on. */
  has(caps: CapSet): boolean {
    return (this.#caps & caps) === caps;
  }

  /** The nick for replies: `*` before there is one. */
  get nick(): string {
    return this.user?.nick ?? this.registration?.nick ?? "*";
  }

  get address(): string {
    return this.connection.address;
  }

  /** The account signed in to, also before registration is complete. */
  get account(): string | undefined {
    return this.user ? this.user.account : this.registration?.account;
  }

  /** The user; only for commands that the table lets run after registration. */
  get self(): User {
    if (!this.user) throw new TypeError("Cannot act before registration is complete");
    return this.user;
  }

  /** Bytes that wait to be sent. */
  get pendingBytes(): number {
    return this.output.pendingBytes;
  }

  // ---------------------------------------------------------------- in

  line(text: string): void {
    if (text !== "") this.#take(text);
  }

  fault(fault: LineFault, line?: Uint8Array): void {
    if (fault === "endless") this.close("Too many bytes without a line end");
    else this.#take(readLatin1(fault, line) ?? { fault });
  }

  /** The other end has hung up: what it has said before is still worked off. */
  ended(reason: string): void {
    this.#worker.finish(() => this.close(reason));
  }

  #take(line: string | Fault): void {
    if (this.#closed) return;
    this.#heard();
    this.#worker.take(line);
  }

  /** Only whole lines are a sign of life: bytes without an end are none. */
  #heard(): void {
    this.#vigil.heard(this.context.steadyNow());
  }

  #complain({ fault }: Fault): void {
    switch (fault) {
      case "too-long":
      case "endless":
        return this.numeric(ERR.INPUTTOOLONG, "Input line was too long");
      case "control":
        return this.fail("*", "INVALID_MESSAGE", [], "Message has a NUL or CR in it");
      case "not-utf8":
        return this.fail("*", "INVALID_UTF8", [], "Message is not UTF-8");
    }
  }

  #work(line: string | Fault): void | Promise<void> {
    const room = this.output.room();
    if (room) return room.then(() => this.#work(line));
    if (this.#closed) return;
    this.#heard();
    const later = typeof line === "string" ? this.#run(line) : this.#complain(line);
    return later ? later.then(() => this.output.catchUp()) : this.output.catchUp();
  }

  #run(line: string): void | Promise<void> {
    const message = parseMessage(line);
    if (!message) return;
    if (isOverlong(line)) return this.#complain({ fault: "too-long" });
    const label = this.has(CAP.LABELED_RESPONSE | CAP.BATCH) ? message.tags["label"] : undefined;
    if (label !== undefined) this.output.beginAnswer(label);
    return this.#conclude(this.#dispatch(this, message));
  }

  /** Ends the answer when the command is done, in however many steps. */
  #conclude(result: CommandResult): void | Promise<void> {
    if (!result) return this.output.endAnswer();
    const answer = this.output.postponeAnswer();
    if ("lines" in result) return this.output.pour(result.lines, answer);
    this.#waitsSince = this.context.steadyNow();
    return result.finally(() => this.#waited()).then((next) => {
      if (this.#closed) return;
      this.output.resumeAnswer(answer);
      return this.#conclude(next());
    });
  }

  /** What took us long is not held against the client. */
  #waited(): void {
    const now = this.context.steadyNow();
    this.#vigil.excuse(now - (this.#waitsSince ?? now));
    this.#waitsSince = undefined;
  }

  /** A command broke: that is a defect of ours, told to the log and, briefly, to the client. */
  #failed(error: unknown): void {
    if (this.#closed && error === this.gone.reason) return; // what it waited for has no one to be told
    this.output.dropAnswer();
    log.error("command failed: {error}", { error });
    this.fail("*", "INTERNAL_ERROR", [], "Something went wrong on the server");
  }

  // ---------------------------------------------------------------- out

  deliver(event: HubEvent): void {
    if (event.kind === "said" && isOwnMessage(event, this) && !this.has(CAP.ECHO_MESSAGE)) return;
    if (event.kind === "invited" && event.guest.nick !== this.user?.nick) return;
    const bytes = this.#face.encode(event);
    if (!bytes) return;
    if (event.kind !== "said") return this.output.bytes(bytes);
    this.context.counters.deliveries++;
    if (event.origin === this.id) this.output.bytes(bytes);
    else this.output.aside(bytes);
  }

  /** Sends one line. The source is the server's name unless given. */
  send(command: string, params: readonly string[], source: string = this.context.name): void {
    this.sendLine(this.#format(command, params, source));
  }

  /** Sends a numeric reply: see {@linkcode IrcSession.numericLine}. */
  numeric(numeric: string, ...params: string[]): void {
    this.sendLine(this.numericLine(numeric, ...params));
  }

  /** A numeric reply: the nick goes before `params`, of which all but the last one are made fit to be words. */
  numericLine(numeric: string, ...params: string[]): string {
    return this.#format(numeric, [this.nick, ...words(params)]);
  }

  /** Sends finished lines, without the last CR LF. */
  sendLine(line: string): void {
    this.output.line(line);
  }

  /** https://ircv3.net/specs/extensions/standard-replies; a `NOTICE` for those who don't know them. */
  fail(command: string, code: string, about: readonly string[], text: string): void {
    this.sendLine(this.#standardLine("FAIL", [command, code, ...about], text));
  }

  /** As {@linkcode IrcSession.fail}, for good news. */
  note(command: string, code: string, about: readonly string[], text: string): void {
    this.sendLine(this.#standardLine("NOTE", [command, code, ...about], text));
  }

  /** As {@linkcode IrcSession.note}, for a {@linkcode LongAnswer}. */
  noteLine(command: string, code: string, about: readonly string[], text: string): string {
    return this.#standardLine("NOTE", [command, code, ...about], text);
  }

  #standardLine(kind: "FAIL" | "NOTE", about: readonly string[], text: string): string {
    const isStandard = ALWAYS_STANDARD.has(about[0] ?? "") || this.has(CAP.STANDARD_REPLIES);
    return isStandard
      ? this.#format(kind, words([...about, text]))
      : this.#format("NOTICE", [this.nick, text]);
  }

  #format(command: string, params: readonly string[], source = this.context.name): string {
    return fitBody(formatMessage({ source, command, params }));
  }

  announce(text: string): void {
    this.send("NOTICE", [this.nick, text]);
  }

  showRoom(room: Room): void {
    const shown = describeRoom(this, room);
    if (shown instanceof Promise) shown.catch((error) => this.#failed(error));
  }

  presence(kind: "online" | "offline", who: string): void {
    this.numeric(kind === "online" ? RPL.MONONLINE : RPL.MONOFFLINE, who);
  }

  // ---------------------------------------------------------------- life

  /** Called now and then: hangs up on the silent, the dead and those who never sign in. */
  check(now: number): void {
    if (this.#waitsSince !== undefined) return;
    const { guests, deadlines, name } = this.context;
    const isStuck = this.output.isStuck(now, { withinMs: deadlines.deadAfterMs });
    if (isStuck) return this.close("Read too slowly");
    const isRegistering = this.registration !== undefined;
    const isStranger = !guests && this.account === undefined;
    const verdict = this.#vigil.check(now, { isRegistering, isStranger }, deadlines);
    if (verdict.kind === "over") this.close(verdict.reason);
    else if (verdict.kind === "ping") this.send("PING", [name]);
  }

  /** Aborted when the connection is over. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether the connection is over. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Ends the connection: others see `reason` as a quit, the client as an `ERROR`. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gone.abort();
    this.#worker.stop();
    this.context.directory.forget(this);
    this.output.end(fitBody(`ERROR :Closing Link: ${reason}`));
    this.context.hub.leave(this, reason);
    this.#onClosed(reason);
  }
}

/** Parameters, of which all but the last one have to be words. */
function words(params: readonly string[]): string[] {
  return params.map((param, i) => i < params.length - 1 ? asMiddle(param) : param);
}
