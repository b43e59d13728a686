/**
 * Measures a running server: N users in one room, messages at a fixed rate, the latency to each receiver.
 *
 * Open loop: latency counts from the moment a message was due to be sent, so a server (or a client) that
 * falls behind cannot hide it.
 *
 * @module
 */
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { type BenchError, LoadClient } from "./load_client.ts";

/** Options for {@linkcode runBench}. */
export interface BenchOptions {
  /** Name or address. */
  readonly hostname: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** Whether to speak TLS. */
  readonly tls: boolean;
  /** How many users are in the room. */
  readonly clients: number;
  /** How long messages are sent. */
  readonly seconds: number;
  /** Messages a second, of all senders together. */
  readonly rate: number;
  /** How many of the clients send, in turn. */
  readonly senders: number;
  /** Length of a message's text, in bytes; at least {@linkcode MIN_TEXT_BYTES}. */
  readonly textBytes: number;
  /** Whether each client makes an account first (and drops it in the end), instead of being a guest. */
  readonly accounts: boolean;
  /** How long to wait for the last messages, in milliseconds. */
  readonly drainMs?: number;
  /** Ends the measurement early; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Called with the progress. */
  readonly progress?: (text: string) => void;
}

/** Shortest text that can identify its message. */
export const MIN_TEXT_BYTES = 24;
const DRAIN_MS = 3_000;
/** How many clients connect at the same time. */
const CONNECT_AT_ONCE = 16;
/** Histograms count microseconds. */
const US_PER_MS = 1_000;

/** Latency percentiles in milliseconds. */
export interface LatencyFigures {
  /** 50th percentile. */
  readonly p50: number;
  /** 90th percentile. */
  readonly p90: number;
  /** 99th percentile. */
  readonly p99: number;
  /** Maximum. */
  readonly max: number;
}

/** One second of the measurement, by when the messages were due. */
export interface BenchSecond extends LatencyFigures {
  /** From 0, since the first message was due. */
  readonly second: number;
  /** Messages received, each counted once for every receiver. */
  readonly deliveries: number;
}

/** Results of a measurement. */
export interface BenchResult {
  /** Time until all clients were connected, in milliseconds. */
  readonly enterMs: number;
  /** Messages written to the server. */
  readonly sent: number;
  /** Received, of `sent` times the clients that did not send it. */
  readonly delivered: number;
  /** Expected, without losses. */
  readonly expected: number;
  /** From the first message due to the last one received, in milliseconds. */
  readonly tookMs: number;
  /** Over all deliveries. */
  readonly latency: LatencyFigures;
  /** Delay of the sending itself, 99th percentile, in milliseconds: the client's share. */
  readonly sendDelayMs: number;
  /** The same, second by second; one for each second of the measurement. */
  readonly seconds: readonly BenchSecond[];
  /** Clients that left early, with the reasons. */
  readonly failures: readonly BenchError[];
}

/**
 * Runs one measurement. Needs network permission.
 *
 * @throws {BenchError} When a client is refused.
 */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { clients, seconds, rate, drainMs = DRAIN_MS, signal, progress } = options;
  const run = crypto.randomUUID().slice(0, 6);
  const tally = new Tally(options);
  await using stack = new AsyncDisposableStack();
  const users: LoadClient[] = [];
  stack.defer(async () => {
    await Promise.all(users.map((user) => user[Symbol.asyncDispose]()));
  });
  const startMs = performance.now();
  for (let first = 0; first < clients; first += CONNECT_AT_ONCE) {
    const count = Math.min(CONNECT_AT_ONCE, clients - first);
    const entering = Array.from({ length: count }, (_, i) =>
      LoadClient.enter({
        ...options,
        nick: `bench-${run}-${first + i}`,
        room: `#bench-${run}`,
        password: options.accounts ? crypto.randomUUID() : undefined,
        received: (text) => tally.received(first + i, text),
      }));
    const outcomes = await Promise.allSettled(entering);
    users.push(...outcomes.flatMap((one) => one.status === "fulfilled" ? [one.value] : []));
    const refused = outcomes.find((one) => one.status === "rejected");
    if (refused) throw refused.reason;
  }
  const enterMs = performance.now() - startMs;
  progress?.(`${clients} clients are in; ${rate} messages a second for ${seconds} s`);
  await send(users, options, tally);
  const deadline = performance.now() + drainMs;
  while (!tally.isComplete && performance.now() < deadline && !signal.aborted) await pause(20);
  signal.throwIfAborted();
  return { enterMs, ...tally.result(), failures: users.flatMap((user) => user.failure ?? []) };
}

async function send(
  users: readonly LoadClient[],
  { rate, seconds, senders, textBytes, signal }: BenchOptions,
  tally: Tally,
): Promise<void> {
  const total = Math.round(rate * seconds);
  tally.start();
  for (let next = 0; next < total && !signal.aborted;) {
    while (next < total && tally.dueMs(next) <= performance.now()) {
      tally.sending(next);
      users[next % senders]?.say(String(next).padStart(8, "0").padEnd(textBytes, "."));
      next++;
    }
    await pause(1);
  }
}

/** Counters in preallocated memory: the measurement must not measure itself. */
class Tally {
  readonly #options: BenchOptions;
  readonly #total: number;
  readonly #seen: readonly Uint8Array[];
  readonly #all = createHistogram();
  readonly #late = createHistogram();
  readonly #perSecond: readonly RecordableHistogram[];
  #startMs = 0;
  #lastMs = 0;
  #sent = 0;
  #delivered = 0;

  constructor(options: BenchOptions) {
    this.#options = options;
    this.#total = Math.round(options.rate * options.seconds);
    this.#seen = Array.from({ length: options.clients }, () => new Uint8Array(this.#total));
    this.#perSecond = Array.from(
      { length: Math.max(1, Math.ceil(options.seconds)) },
      () => createHistogram(),
    );
  }

  start(): void {
    this.#startMs = this.#lastMs = performance.now();
  }

  dueMs(message: number): number {
    return this.#startMs + message * 1_000 / this.#options.rate;
  }

  sending(message: number): void {
    this.#sent++;
    this.#late.record(microseconds(performance.now() - this.dueMs(message)));
  }

  received(client: number, text: string): void {
    const message = Number(text.slice(0, 8));
    const seen = this.#seen[client];
    // Not ours, its own echo, or seen already: no delivery.
    if (seen?.[message] !== 0 || message % this.#options.senders === client) return;
    seen[message] = 1;
    this.#delivered++;
    this.#lastMs = performance.now();
    const latency = microseconds(this.#lastMs - this.dueMs(message));
    this.#all.record(latency);
    this.#perSecond[Math.floor(message / this.#options.rate)]?.record(latency);
  }

  get expected(): number {
    return this.#sent * (this.#options.clients - 1);
  }

  get isComplete(): boolean {
    return this.#delivered === this.expected;
  }

  result(): Omit<BenchResult, "enterMs" | "failures"> {
    return {
      sent: this.#sent,
      delivered: this.#delivered,
      expected: this.expected,
      tookMs: this.#lastMs - this.#startMs,
      latency: latencyOf(this.#all),
      sendDelayMs: latencyOf(this.#late).p99,
      seconds: this.#perSecond.map((histogram, second) => ({
        second,
        deliveries: histogram.count,
        ...latencyOf(histogram),
      })),
    };
  }
}

function latencyOf(histogram: RecordableHistogram): LatencyFigures {
  if (histogram.count === 0) return { p50: 0, p90: 0, p99: 0, max: 0 };
  const ms = (percent: number) => histogram.percentile(percent) / US_PER_MS;
  return { p50: ms(50), p90: ms(90), p99: ms(99), max: histogram.max / US_PER_MS };
}

function microseconds(ms: number): number {
  return Math.max(1, Math.round(ms * US_PER_MS)); // a histogram starts at 1
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
