/**
 * Requests and their answers: by label if the server supports labels
 * (https://ircv3.net/specs/extensions/labeled-response), else by a PING after each request as a fence.
 *
 * @module
 */
import type { Clock } from "../../ground/clock.ts";
import { formatMessage } from "../../irc/message.ts";
import { ClientError } from "../events/errors.ts";
import { labelOf, linesOf, type Unit } from "./batches.ts";
import type { Incoming } from "./incoming.ts";
import { refusalIn } from "./refusal.ts";

/** Timeout of a request. */
export const REQUEST_TIMEOUT_MS = 15_000;

/** A line that requires an answer. */
export interface ServerRequest {
  readonly command: string;
  readonly params?: readonly string[];
  readonly tags?: Readonly<Record<string, string | undefined>>;
}

/** Options for {@linkcode Requests}. */
export interface RequestsOptions {
  readonly clock: Clock;
  /** Whether the server supports labels; called for each request. */
  hasLabels(): boolean;
  send(line: string): void;
}

interface Pending {
  readonly key: string;
  readonly lines: Incoming[];
  settle(error?: unknown): void;
}

/** The pending requests of one connection. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #labeled = new Map<string, Pending>();
  readonly #fenced: Pending[] = [];
  #count = 0;
  #ended: ClientError | undefined;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /**
   * Sends one line, or the lines of a batch whose first one has the label, and waits for the answer.
   *
   * @returns The lines of the answer.
   * @throws {ClientError} The server's refusal, `timeout`, or `disconnected`.
   */
  async start(
    request: ServerRequest,
    ...more: readonly ServerRequest[]
  ): Promise<readonly Incoming[]> {
    if (this.#ended) throw this.#ended;
    const key = `c${(++this.#count).toString(36)}`;
    const labeled = this.#options.hasLabels();
    const first = labeled ? { ...request, tags: { ...request.tags, label: key } } : request;
    const lines = [first, ...more].map(formatMessage); // throws before anything is sent
    const answer = Promise.withResolvers<readonly Incoming[]>();
    const timer = new AbortController();
    const pending: Pending = {
      key,
      lines: [],
      settle: (error) => {
        timer.abort();
        if (error === undefined) answer.resolve(pending.lines);
        else answer.reject(error);
      },
    };
    if (labeled) this.#labeled.set(key, pending);
    else this.#fenced.push(pending);
    for (const line of lines) this.#options.send(line);
    if (!labeled) this.#options.send(`PING ${key}`);
    this.#options.clock.sleep(REQUEST_TIMEOUT_MS, timer.signal).then(
      () => this.#expire(pending, request.command),
      () => {}, // answered in time
    );
    return await answer.promise;
  }

  /** Whether a unit answers a request, or belongs to an answer. */
  accept(unit: Unit): boolean {
    const label = labelOf(unit);
    if (label !== undefined) {
      const pending = this.#labeled.get(label);
      if (pending === undefined) return false;
      this.#labeled.delete(label);
      pending.lines.push(...linesOf(unit));
      finish(pending);
      return true;
    }
    const head = this.#fenced[0];
    if (head === undefined) return false;
    const lines = [...linesOf(unit)].filter(({ source }) => !source?.includes("!"));
    if (lines.some(({ command, params }) => command === "PONG" && params.at(-1) === head.key)) {
      this.#fenced.shift();
      finish(head);
      return true;
    }
    head.lines.push(...lines); // lines of the server, not messages of users
    return lines.length > 0;
  }

  /** The connection has ended: all pending and later requests fail. */
  end(error: ClientError): void {
    this.#ended = error;
    for (const pending of [...this.#labeled.values(), ...this.#fenced]) pending.settle(error);
    this.#labeled.clear();
    this.#fenced.length = 0;
  }

  #expire(pending: Pending, command: string): void {
    this.#labeled.delete(pending.key);
    // A fence stays in the queue, so that its late PONG is not taken for the next one's.
    pending.settle(new ClientError({ kind: "no-answer", command }));
  }
}

function finish({ lines, settle }: Pending): void {
  settle(lines.map(refusalIn).find((refusal) => refusal !== undefined));
}
