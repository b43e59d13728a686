/**
 * The lines of one session: assembles batches and passes them to the requests and conversations that wait for them.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import type { ClientError } from "../events/errors.ts";
import type { LossReason } from "../events/problems.ts";
import { BatchCollector, BatchOverflowError, type Unit } from "./batches.ts";
import type { Capabilities } from "./capabilities.ts";
import { type Conversation, Conversations } from "./conversation.ts";
import type { Incoming } from "./incoming.ts";
import { Requests, type ServerRequest } from "./requests.ts";
import type { SessionPulse } from "./session_pulse.ts";

/** Batches that are kept whole; the lines of all others are handled one by one. */
const MEANINGFUL_BATCHES = new Set(["chathistory", "draft/multiline"]);

/** Receives events. */
export interface TrafficListener {
  /** A line, before any request or conversation receives it. */
  line(line: Incoming): void;
  /** A unit; `answers`: a request or a conversation receives it as well. */
  unit(unit: Unit, answers: boolean): void;
}

/** Options for {@linkcode SessionTraffic}. */
export interface SessionTrafficOptions {
  readonly clock: Clock;
  readonly capabilities: Capabilities;
  readonly pulse: Pick<SessionPulse, "accept">;
  readonly listener: TrafficListener;
  send(line: string): void;
}

/** The traffic of one session. */
export class SessionTraffic {
  readonly #listener: TrafficListener;
  readonly #pulse: SessionTrafficOptions["pulse"];
  readonly #batches = new BatchCollector();
  readonly #requests: Requests;
  readonly #conversations: Conversations;

  /** Sends nothing yet. */
  constructor({ clock, capabilities, pulse, listener, send }: SessionTrafficOptions) {
    this.#listener = listener;
    this.#pulse = pulse;
    this.#conversations = new Conversations(clock);
    this.#requests = new Requests({ clock, hasLabels: () => capabilities.hasLabels, send });
  }

  /** Sends a request and waits for its answer. @throws {ClientError} The server's refusal. */
  request(request: ServerRequest, ...more: readonly ServerRequest[]): Promise<readonly Incoming[]> {
    return this.#requests.start(request, ...more);
  }

  /** Begins a conversation of the lines for which `belongs` is true. */
  converse(belongs: (line: Incoming) => boolean): Conversation {
    return this.#conversations.begin(belongs);
  }

  /** Handles a line from the server. Returns a reason to close: more batches, or longer ones, than a client keeps. */
  accept(line: Incoming): LossReason | undefined {
    let unit: Unit | undefined;
    try {
      unit = this.#batches.accept(line);
    } catch (error) {
      if (!(error instanceof BatchOverflowError)) throw error;
      return { kind: error.fault, max: error.max };
    }
    const isPulse = unit?.kind === "line" && this.#pulse.accept(unit.line);
    if (unit && !isPulse) this.#take(unit, this.#requests.accept(unit));
    return undefined;
  }

  /** The connection is closed: every pending request and conversation fails. */
  end(error: ClientError): void {
    this.#requests.end(error);
    this.#conversations.end(error);
  }

  /** Passes on one unit, or each unit of a batch that only labels the request it answers. */
  #take(unit: Unit, answers: boolean): void {
    if (unit.kind === "batch") {
      if (MEANINGFUL_BATCHES.has(unit.type)) this.#listener.unit(unit, answers);
      else for (const inner of unit.units) this.#take(inner, answers);
      return;
    }
    this.#listener.line(unit.line);
    const isHeard = this.#conversations.accept(unit.line);
    this.#listener.unit(unit, answers || isHeard);
  }
}
