/**
 * A user at a line-based tool (`nc`, `openssl s_client`, ...): lines in, events of the hub as text out. Independent of
 * TCP and UDP.
 *
 * @module
 */
import { GivenSecrets } from "../../../identity/given_secrets.ts";
import type { Slot } from "../../../net/slots.ts";
import type { PtchatLine } from "../../../ptchat/line_splitter.ts";
import {
  isAwaitingPassword,
  newPtchatLife,
  type PtchatInput,
  type PtchatLife,
  type PtchatLifeStep,
  roomNameOf,
  stepPtchatLife,
} from "../../../ptchat/session_life.ts";
import type { ServerContext } from "../../acts/context.ts";
import type { HubEvent, SessionId } from "../../hub/events.ts";
import type { User } from "../../hub/types.ts";
import type { PtchatTransport } from "../transport.ts";
import type { PtchatActor } from "./actor.ts";
import { describeEvent } from "./describe.ts";
import { PtchatLineRunner } from "./line_runner.ts";
import { IN_ROOM, LATER, PtchatOutput, REPLY } from "./output.ts";
import { runAct } from "./run_act.ts";

/** Options for {@linkcode PtchatSession}. */
export interface PtchatSessionOptions {
  readonly context: ServerContext;
  readonly transport: PtchatTransport;
  readonly slot: Slot;
  /** Called once, with the reason. */
  readonly onClosed: (reason: string) => void;
}

/** One session at the PTCHAT door: the shell around {@linkcode stepPtchatLife}. */
export class PtchatSession implements PtchatActor {
  readonly door = "ptchat";
  readonly id: SessionId;
  user: User | undefined;
  readonly context: ServerContext;
  readonly transport: PtchatTransport;
  readonly slot: Slot;
  readonly output: PtchatOutput;
  readonly secrets = new GivenSecrets();
  #life: PtchatLife;
  #lines: PtchatLineRunner;
  #gone = new AbortController();
  #onClosed: (reason: string) => void;

  constructor({ context, transport, slot, onClosed }: PtchatSessionOptions) {
    this.context = context;
    this.id = context.hub.newSessionId();
    this.transport = transport;
    this.slot = slot;
    this.output = new PtchatOutput(transport, () => this.close("You read too slowly"));
    this.#life = newPtchatLife(context.steadyNow());
    this.#lines = new PtchatLineRunner(this, transport);
    this.#onClosed = onClosed;
  }

  /** Its state. */
  get life(): PtchatLife {
    return this.#life;
  }

  /** The user's IP address. */
  get address(): string {
    return this.transport.address;
  }

  get isUnconfirmed(): boolean {
    return this.transport.isUnconfirmed ?? false;
  }

  /** The account signed in to. */
  get account(): string | undefined {
    return this.user?.account;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether a line is being handled, or the next one is a password. */
  get isBusy(): boolean {
    return this.#lines.isWorking || isAwaitingPassword(this.#life);
  }

  get pendingBytes(): number {
    return this.output.pendingBytes;
  }

  /** Whether the last text is held back until the user sends more. */
  get holdsBack(): boolean {
    return this.transport.holdsBack ?? false;
  }

  /** Queues one line, perhaps one without a line end; lines are handled in order. */
  take(line: PtchatLine, { isUnterminated = false } = {}): void {
    if (this.#life.at === "closed") return;
    this.apply({ kind: "heard", isUnterminated, nowMs: this.context.steadyNow() });
    this.#lines.take(line);
  }

  deliver(event: HubEvent): void {
    if (event.kind === "renamed" && event.user.nick === this.user?.nick) {
      this.apply({ kind: "renamed", name: event.user.nick });
    }
    const text = describeEvent(event, { session: this, room: roomNameOf(this.#life) });
    if (text === "") return;
    if (event.kind !== "said") return this.output.send(text, LATER);
    this.context.counters.deliveries++;
    this.output.send(text, event.origin === this.id ? REPLY : IN_ROOM);
  }

  announce(text: string): void {
    this.output.notice(text);
  }

  /** Does nothing: a session at this door shows only the room it has joined itself. */
  showRoom(): void {}

  check(nowMs: number): void {
    const { deadlines } = this.context;
    if (this.output.isStuck(nowMs, { withinMs: deadlines.deadAfterMs })) {
      return this.close("You read too slowly");
    }
    const waitsForServer = this.#lines.isWorking && !this.output.isWaiting;
    this.apply({ kind: "tick", nowMs, waitsForServer, deadlines });
  }

  apply(input: PtchatInput): void | Promise<void> {
    return this.enact(stepPtchatLife(this.#life, input));
  }

  enact({ life, act, secret }: PtchatLifeStep): void | Promise<void> {
    this.#life = life;
    if (secret !== undefined) this.secrets.add(secret);
    switch (act.act) {
      case "nothing":
        return;
      case "forget":
        return this.#release();
      case "close":
        return this.#close(act.reason);
      default:
        return runAct(this, act);
    }
  }

  /** The other end has disconnected: lines received before are still handled. */
  leave(reason: string): void {
    this.#lines.finish(() => this.close(reason));
  }

  close(reason: string): void {
    this.apply({ kind: "close", reason });
  }

  #close(reason: string): void {
    this.#release();
    this.context.hub.leave(this, reason);
    this.output.end(`Goodbye: ${reason}.`);
    this.#onClosed(reason);
  }

  #release(): void {
    this.output.stop();
    this.#gone.abort();
    this.#lines.stop();
    this.context.directory.forget(this);
  }
}
