/**
 * One IRC session: its state and its output. Lines are run by {@linkcode CommandRunner}.
 *
 * @module
 */
import type { MaybePromise } from "../../../../ground/maybe_promise.ts";
import { GivenSecrets } from "../../../../identity/given_secrets.ts";
import { CAP } from "../../../../irc/caps.ts";
import { fitBody, type Message } from "../../../../irc/message.ts";
import { RPL } from "../../../../irc/numerics.ts";
import type { LineConnection } from "../../../../net/line_connection.ts";
import type { Slot } from "../../../../net/slots.ts";
import type { Actor } from "../../../acts/actor.ts";
import type { ServerContext } from "../../../acts/context.ts";
import type { MonitoringSession } from "../../../common/session_directory.ts";
import type { HubEvent, SessionId } from "../../../hub/events.ts";
import type { Room, User } from "../../../hub/types.ts";
import { CapabilityView } from "./capability_view.ts";
import { CommandRunner, type RunnerSession } from "./command_runner.ts";
import type { EventFormatters } from "./event_formatter.ts";
import { IdleWatch } from "./idle_watch.ts";
import { Output } from "./output.ts";
import { isOwnMessage } from "./own_messages.ts";
import { Replies } from "./replies.ts";
import {
  introductionOf,
  type IrcLife,
  type IrcLifeInput,
  NEW_IRC_LIFE,
  stepIrcLife,
} from "./session_life.ts";
import type { CommandResult, MultilineBatch, SaslExchange } from "./session_state.ts";

/** The commands that sessions run. */
export interface IrcCommands {
  /** Runs the command of a message. A slow command returns a continuation. */
  dispatch(session: IrcSession, message: Message): CommandResult;
  /** Sends a room's topic, names and last messages. */
  showRoom(session: IrcSession, room: Room): MaybePromise<void>;
}

/** Options for {@linkcode IrcSession}. */
export interface IrcSessionOptions {
  readonly context: ServerContext;
  readonly connection: LineConnection;
  readonly slot: Slot;
  readonly formatters: EventFormatters;
  readonly commands: IrcCommands;
  /** Called once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/** An IRC client's session: the shell around {@linkcode stepIrcLife}. */
export class IrcSession implements Actor, MonitoringSession, RunnerSession {
  readonly id: SessionId;
  user: User | undefined;
  /** The current SASL exchange. */
  sasl: SaslExchange | undefined;
  /** The open `draft/multiline` batch. */
  batch: MultilineBatch | undefined;
  readonly context: ServerContext;
  readonly address: string;
  readonly slot: Slot;
  readonly door = "irc";
  readonly isUnconfirmed = false;
  readonly secrets = new GivenSecrets();
  /** Lines to the client. */
  readonly output: Output;
  readonly reply: Replies;
  readonly view: CapabilityView;
  /** Lines of the client. */
  readonly input: CommandRunner;
  #life = NEW_IRC_LIFE;
  #commands: IrcCommands;
  #idle: IdleWatch;
  #gone = new AbortController();
  #onClosed: (reason: string) => void;

  constructor({ context, connection, slot, formatters, commands, onClosed }: IrcSessionOptions) {
    const { hub, name: server, steadyNow, throttle } = context;
    this.context = context;
    this.id = hub.newSessionId();
    this.address = connection.address;
    this.slot = slot;
    this.#commands = commands;
    this.view = new CapabilityView(formatters);
    const tooSlow = () => this.close("SendQ exceeded");
    this.output = new Output(connection, { server, tooSlow });
    this.reply = new Replies(server, this, this.output);
    this.#idle = new IdleWatch(steadyNow());
    this.input = new CommandRunner(this, {
      ...{ idle: this.#idle, steadyNow },
      bucket: throttle.messageBucket(),
      dispatch: (message) => commands.dispatch(this, message),
      crowded: (crowded) => connection.crowded(crowded),
    });
    this.#onClosed = onClosed;
  }

  /** The state of the session. */
  get life(): IrcLife {
    return this.#life;
  }

  /** Applies an input to the session's state; {@linkcode IrcSession.close} closes it. */
  apply(input: Exclude<IrcLifeInput, { kind: "closed" }>): void {
    this.#life = stepIrcLife(this.#life, input);
  }

  /** The nick for replies; `*` if there is none yet. */
  get nick(): string {
    return this.user?.nick ?? introductionOf(this.#life)?.nick ?? "*";
  }

  /** The account signed in to, even before registration is complete. */
  get account(): string | undefined {
    return this.user ? this.user.account : introductionOf(this.#life)?.account;
  }

  /** The user; only for commands that run after registration. */
  get self(): User {
    if (!this.user) throw new TypeError("Cannot act before registration is complete");
    return this.user;
  }

  /** Number of bytes waiting to be sent. */
  get pendingBytes(): number {
    return this.output.pendingBytes;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  deliver(event: HubEvent): void {
    if (event.kind === "said" && isOwnMessage(event, this) && !this.view.has(CAP.ECHO_MESSAGE)) {
      return;
    }
    if (event.kind === "invited" && event.guest.nick !== this.user?.nick) return;
    const bytes = this.view.encode(event);
    if (!bytes) return;
    if (event.kind !== "said") return this.output.bytes(bytes);
    this.context.counters.deliveries++;
    if (event.origin === this.id) this.output.bytes(bytes);
    else this.output.aside(bytes);
  }

  announce(text: string): void {
    this.reply.send("NOTICE", [this.nick, text]);
  }

  showRoom(room: Room): void {
    const shown = this.#commands.showRoom(this, room);
    if (shown instanceof Promise) shown.catch((error) => this.input.failed(error));
  }

  presence(kind: "online" | "offline", who: string): void {
    this.reply.numeric(kind === "online" ? RPL.MONONLINE : RPL.MONOFFLINE, who);
  }

  /** Closes a session that is silent, does not read, or never signs in. To be called periodically. */
  check(now: number): void {
    if (this.#idle.isPaused) return;
    const { guests, deadlines, name } = this.context;
    const isStuck = this.output.isStuck(now, { withinMs: deadlines.deadAfterMs });
    if (isStuck) return this.close("Read too slowly");
    const isRegistering = this.#life.at === "registering";
    const isStranger = !guests && this.account === undefined;
    const verdict = this.#idle.check(now, { isRegistering, isStranger }, deadlines);
    if (verdict.kind === "over") this.close(verdict.reason);
    else if (verdict.kind === "ping") this.reply.send("PING", [name]);
  }

  /** Closes the session: others receive `reason` in a `QUIT`, the client in an `ERROR`. */
  close(reason: string): void {
    if (this.#life.at === "closed") return;
    this.#life = stepIrcLife(this.#life, { kind: "closed" });
    this.#gone.abort();
    this.input.stop();
    this.context.directory.forget(this);
    this.output.end(fitBody(`ERROR :Closing Link: ${reason}`));
    this.context.hub.leave(this, reason);
    this.#onClosed(reason);
  }
}
