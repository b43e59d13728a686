/**
 * Requests and their answers: by label where the server knows labels
 * (https://ircv3.net/specs/extensions/labeled-response), else by a PING behind each request as a fence.
 *
 * @module
 */
import { formatMessage } from "../irc/message.ts";
import { labelOf, linesOf, type Unit } from "./batches.ts";
import type { Clock } from "../ground/clock.ts";
import { ClientError, refusalIn } from "./errors.ts";
import type { Incoming } from "./incoming.ts";

/** An answer that takes longer is not waited for. */
export const REQUEST_TIMEOUT_MS = 15_000;

/** A line that is to be answered. */
export interface ServerRequest {
  readonly command: string;
  readonly params?: readonly string[];
  readonly tags?: Readonly<Record<string, string | undefined>>;
}

/** What {@linkcode Requests} works with. */
export interface RequestsOptions {
  readonly clock: Clock;
  /** Whether the server knows labels; asked for each request. */
  hasLabels(): boolean;
  send(line: string): void;
}

interface Pending {
  readonly key: string;
  readonly lines: Incoming[];
  settle(error?: unknown): void;
}

/** All requests of one connection that wait for their answers. */
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
   * Sends one line, or the lines of a batch whose first has the label, and waits for the answer.
   *
   * @returns The lines of the answer.
   * @throws {ClientError} What the server refused, `timeout`, or `disconnected`.
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

  /** Looks whether a unit answers a request, or belongs to an answer. */
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
    head.lines.push(...lines); // servers answer, people talk
    return lines.length > 0;
  }

  /** The connection is over: every request fails, and every later one. */
  end(error: ClientError): void {
    this.#ended = error;
    for (const pending of [...this.#labeled.values(), ...this.#fenced]) pending.settle(error);
    this.#labeled.clear();
    this.#fenced.length = 0;
  }

  #expire(pending: Pending, command: string): void {
    this.#labeled.delete(pending.key);
    // A fence stays in the row, so that its late PONG is not taken for the next one's.
    pending.settle(new ClientError({ kind: "no-answer", command }));
  }
}

function finish({ lines, settle }: Pending): void {
  settle(lines.map(refusalIn).find((refusal) => refusal !== undefined));
}
