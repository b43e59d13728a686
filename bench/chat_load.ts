/**
 * The project's own load on a real `chat serve`: messages a second, their delay, and the cost of a connection.
 * Server and load share the machine, so each figure includes both.
 *
 * @module
 */
import { runBench } from "../cmd/bench/run.ts";
import { type RunningServer, startServer } from "../tests/helpers/mod.ts";
import { LoadSocket } from "./load_socket.ts";

/** Messages that may be under way at once. */
const WINDOW = 64;
const TEXT = "x".repeat(80);

/** One line of the table. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
}

/** How much is measured. */
export interface LoadOptions {
  /** Messages of each throughput run, for 20 clients; fewer for more. */
  readonly messages: number;
  /** Users of each throughput run. */
  readonly clients: readonly number[];
  /** How long latency is measured. */
  readonly seconds: number;
  /** Connections that only stay. */
  readonly idle: number;
}

/** Measures everything, one server for each figure. */
export async function measureLoad(options: LoadOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const clients of options.clients) {
    const messages = Math.ceil(options.messages * 20 / clients);
    for (const senders of clients === options.clients[0] ? [1, clients] : [1]) {
      const perSecond = await withServer((server) =>
        throughput(server, { clients, senders, messages })
      );
      const who = senders === 1 ? "1 sends" : "all send";
      figures.push({
        what: `${clients} users, ${who}: deliveries a second`,
        figure: count(perSecond),
      });
    }
  }
  figures.push(...await withServer((server) => latency(server, options)));
  figures.push(...await withServer((server) => connections(server, options.idle)));
  return figures;
}

function withServer<T>(measure: (server: RunningServer) => Promise<T>): Promise<T> {
  const flags = ["--guests", "--limits", "off", "--slots", "20000"];
  return startServer({ flags }).then(async (server) => {
    await using _server = server;
    return await measure(server);
  });
}

interface Throughput {
  readonly clients: number;
  readonly senders: number;
  readonly messages: number;
}

/** Deliveries a second: each message to everybody but its sender, {@linkcode WINDOW} of them under way at most. */
async function throughput(
  { port }: RunningServer,
  { clients, senders, messages }: Throughput,
): Promise<number> {
  using stack = new DisposableStack();
  const users: LoadSocket[] = [];
  for (let n = 0; n < clients; n++) {
    users.push(stack.use(await LoadSocket.enter(port, { nick: `load${n}`, room: "#load" })));
  }
  await new Promise((resolve) => setTimeout(resolve, 500)); // the last JOINs have arrived everywhere
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const expected = messages * (clients - 1);
  let sent = 0, delivered = 0;
  const send = () => {
    while (sent < messages && sent * (clients - 1) - delivered < WINDOW * (clients - 1)) {
      users[sent++ % senders]!.say(`PRIVMSG #load :${TEXT}`);
    }
  };
  for (const user of users) {
    user.onLines = (lines) => {
      delivered += lines;
      if (delivered >= expected) resolve();
      else send();
    };
  }
  const startMs = performance.now();
  send();
  await done;
  return expected / (performance.now() - startMs) * 1_000;
}

/** 200 messages a second to 20 users, at fixed times whatever the server does. */
async function latency(
  { hostname, port }: RunningServer,
  { seconds }: LoadOptions,
): Promise<Figure[]> {
  const { latency, delivered, expected } = await runBench({
    hostname,
    port,
    tls: true,
    clients: 20,
    senders: 20,
    rate: 200,
    seconds,
    textBytes: TEXT.length,
    accounts: false,
    drainMs: 60_000,
    signal: new AbortController().signal,
  });
  if (delivered !== expected) throw new Error(`${expected - delivered} deliveries were lost`);
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return [
    { what: "20 users, 200 messages a second: p50", figure: ms(latency.p50) },
    { what: "20 users, 200 messages a second: p99", figure: ms(latency.p99) },
  ];
}

/** Sign-ins a second, and what each connection then takes of the server's memory. */
async function connections({ port, chat }: RunningServer, idle: number): Promise<Figure[]> {
  using stack = new DisposableStack();
  const before = await residentKib(chat.child.pid);
  const startMs = performance.now();
  for (let n = 0; n < idle; n += 50) {
    const group = Array.from({ length: Math.min(50, idle - n) }, (_, i) => n + i);
    for (
      const user of await Promise.all(
        group.map((i) => LoadSocket.enter(port, { nick: `idle${i}` })),
      )
    ) {
      stack.use(user);
    }
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const after = await residentKib(chat.child.pid);
  const memory = before === undefined || after === undefined
    ? "not known here"
    : `${((after - before) / idle).toFixed(1)} KiB`;
  return [
    { what: `${idle} connections: sign-ins a second`, figure: count(idle / seconds) },
    { what: `${idle} connections: memory of each`, figure: memory },
  ];
}

async function residentKib(pid: number): Promise<number | undefined> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  } catch {
    return undefined; // only Linux tells it this way
  }
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
