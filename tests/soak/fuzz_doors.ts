/** Garbage at every door at once: TLS, plain TCP, UDP, HTTP, the relay, the port for metrics, the owner's socket. @module */
import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import * as fc from "fast-check";
import { RELAY_ALPN } from "../../core/net/alpn.ts";
import { adminSocketPath } from "../../core/server/doors/admin/protocol.ts";
import { within } from "../helpers/deadline.ts";
import { freePort, type RunningServer, startServer, tempDir } from "../helpers/mod.ts";
import { residentMb } from "../helpers/processes.ts";
import type { Attack, AttackOptions, Figure } from "./attack.ts";
import { clientHello, garbage, type Kind, type Pieces } from "./garbage.ts";
import { type PingTimes, startGoodClient } from "./good_client.ts";
import { loopback, makeMembers, PASSWORD } from "./members.ts";
import { type Ports, stateOf } from "./newcomers.ts";

/** Connections at once. */
const AT_ONCE = 24;
/** Samples drawn at a time. */
const DRAWN = 50;
/** Fast input is processed slowly; a server that holds a connection longer after our last byte has leaked it. */
const HELD_AFTER_MS = 40_000;
/** Allowed growth of the server: buffers of that many connections, and garbage not yet collected. */
const MAX_GROWTH_MB = 300;
const MAX_P99_MS = 250;

/** A door, how to connect to it, and what is sent there. */
interface Door {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly dial: (ports: Ports) => net.Socket;
}

const HOST = "127.0.0.1";
const byTcp = (port: number) => net.connect({ host: HOST, port, localAddress: someAddress() });
const byTls = (ALPNProtocols?: string[]) => ({ tls: port }: Ports) =>
  tls.connect({
    socket: byTcp(port).on("error", () => {}), // "close" follows
    rejectUnauthorized: false,
    ...(ALPNProtocols && { ALPNProtocols }),
  });

/** Nearly every connection has its own. */
function someAddress(): string {
  return loopback(Math.floor(Math.random() * 60_000));
}

const DOORS: readonly Door[] = [
  { name: "TLS", kinds: ["irc", "ptchat", "http", "foreign", "noise"], dial: byTls() },
  { name: "relay", kinds: ["relay", "irc", "noise"], dial: byTls([RELAY_ALPN]) },
  {
    name: "TLS handshake",
    kinds: ["handshake", "http", "foreign", "noise"],
    dial: ({ tls: port }) => byTcp(port),
  },
  {
    name: "plain",
    kinds: ["irc", "ptchat", "http", "relay", "foreign", "handshake", "noise"],
    dial: ({ plain: port }) => byTcp(port),
  },
  {
    name: "metrics",
    kinds: ["http", "handshake", "noise"],
    dial: ({ metrics: port }) => byTcp(port),
  },
  { name: "admin", kinds: ["admin", "http", "noise"], dial: ({ admin }) => net.connect(admin) },
];
const UDP_KINDS: readonly Kind[] = ["ptchat", "irc", "foreign", "noise"];
const MAX_DATAGRAM = 65_000;
const DATAGRAM_PAUSE_MS = 50;

/** The attack. */
export const fuzzDoors: Attack = {
  name: "fuzz-doors",
  summary: "throws damaged protocol and noise at every door at once",
  run: fuzz,
};

async function fuzz({ budgetMs }: AttackOptions): Promise<readonly Figure[]> {
  await using data = await tempDir();
  await makeMembers(data.path, 1);
  const [plain, metrics] = [freePort(), freePort()];
  await using server = await startServer({
    data: data.path,
    flags: [
      ...["--plain", String(plain), "--metrics", String(metrics), "--guests", "--slots", "500"],
      ...["--log-level", "warning", "--log-format", "json"],
    ],
  });
  const ports = { tls: server.port, plain, metrics, admin: adminSocketPath(server.data) };
  const member = { port: server.port, nick: "member0", pass: `member0:${PASSWORD}` };
  const good = await startGoodClient(member);
  const run = new Run(ports, garbage(await clientHello()));
  const memory = new Memory(server);
  const deadline = performance.now() + budgetMs;
  const workers = Array.from({ length: AT_ONCE }, () => run.connections(deadline));
  await Promise.all([...workers, run.datagrams(deadline), memory.watch(deadline)]);
  return [
    ...run.figures(),
    pingFigure(await good.stop()),
    memory.figure(),
    ...await stateOf(server, ports),
    ...logFigures(server),
  ];
}

type Garbage = ReturnType<typeof garbage>;

/** What was sent, and the results. */
class Run {
  readonly #ports: Ports;
  readonly #garbage: Garbage;
  readonly #thrown = new Map<string, number>();
  readonly #held = new Map<string, number>();
  #seed = crypto.getRandomValues(new Int32Array(1))[0]!;
  readonly #firstSeed = this.#seed;
  #turn = 0;

  constructor(ports: Ports, garbage: Garbage) {
    this.#ports = ports;
    this.#garbage = garbage;
  }

  /** One connection after the other, door by door. */
  async connections(deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      const door = DOORS[this.#turn++ % DOORS.length]!;
      for (const kind of door.kinds) {
        for (const pieces of this.#draw(kind, DRAWN / 10)) {
          if (performance.now() >= deadline) return;
          await this.#throwAt(door, pieces);
        }
      }
    }
  }

  /** Datagrams, from a new address each time. */
  async datagrams(deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      const socket = dgram.createSocket("udp4");
      socket.on("message", () => {}); // what comes back is of no interest
      socket.bind(0, someAddress());
      await once(socket, "listening");
      for (const kind of UDP_KINDS) {
        for (const bytes of this.#draw(kind, DRAWN).flat()) {
          await send(socket, bytes.subarray(0, MAX_DATAGRAM), this.#ports.plain);
          count(this.#thrown, "UDP");
        }
        // Datagrams are sent faster than anything else: let the other doors run.
        await new Promise((resolve) => setTimeout(resolve, DATAGRAM_PAUSE_MS));
      }
      socket.close();
      await once(socket, "close");
    }
  }

  figures(): Figure[] {
    const thrown = [...DOORS.map(({ name }) => name), "UDP"].map((door) =>
      `${door} ${this.#thrown.get(door) ?? 0}`
    );
    const held = [...this.#held].map(([door, times]) => `${door} ${times}`);
    return [
      {
        what: `thrown (seed ${this.#firstSeed})`,
        figure: thrown.join(", "),
        limit: "some at each door",
        isMet: [...DOORS.map(({ name }) => name), "UDP"].every((door) => this.#thrown.has(door)),
      },
      {
        what: "connections the server held on to",
        figure: held.join(", ") || "0",
        limit: "0",
        isMet: held.length === 0,
      },
    ];
  }

  #draw(kind: Kind, numRuns: number): Pieces[] {
    return fc.sample<Pieces>(this.#garbage[kind], { numRuns, seed: this.#seed++ });
  }

  async #throwAt(door: Door, pieces: Pieces): Promise<void> {
    const socket = door.dial(this.#ports);
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {}); // "close" follows
    // resume() alone, before the handshake, sometimes leaves a TLS socket of node:tls unread.
    socket.on("data", () => {});
    for (const piece of pieces) if (socket.writable) socket.write(piece);
    count(this.#thrown, door.name);
    // One in eight is cut off without an end.
    if (this.#seed % 8 === 0) socket.destroy();
    else socket.end();
    try {
      await within(closed, HELD_AFTER_MS, () => "held");
    } catch {
      count(this.#held, door.name);
      socket.destroy();
      await closed;
    }
  }
}

/** The server's memory use, from start to end. */
class Memory {
  readonly #pid: number;
  readonly #before: number;
  #most: number;

  constructor({ chat }: RunningServer) {
    this.#pid = chat.child.pid;
    this.#before = this.#most = residentMb(this.#pid);
  }

  async watch(deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      this.#most = Math.max(this.#most, residentMb(this.#pid));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  figure(): Figure {
    const grown = this.#most - this.#before;
    return {
      what: "memory at the start, and the most",
      figure: `${this.#before.toFixed(0)} MiB, ${this.#most.toFixed(0)} MiB`,
      limit: `${MAX_GROWTH_MB} MiB more`,
      isMet: grown < MAX_GROWTH_MB,
    };
  }
}

function pingFigure({ count, p50, p99, max }: PingTimes): Figure {
  return {
    what: `p99 of a member's ${count} PINGs (median, slowest)`,
    figure: `${p99.toFixed(1)} ms (${p50.toFixed(1)}, ${max.toFixed(0)})`,
    limit: `${MAX_P99_MS} ms`,
    isMet: p99 < MAX_P99_MS,
  };
}

/** The server's log: it may complain of the attackers only. */
function logFigures({ chat: { stdout, stderr } }: RunningServer): Figure[] {
  const said = (stdout + stderr).split("\n");
  const traces = said.filter((line) => /^\s+at .+:\d+|Uncaught|\\n\s+at /.test(line));
  const errors = said.filter((line) => /"level":"(ERROR|FATAL)"/i.test(line));
  for (const line of [...new Set([...traces, ...errors])].slice(0, 5)) console.error(line);
  return [
    { what: "stack traces", figure: String(traces.length), limit: "0", isMet: traces.length === 0 },
    {
      what: "errors in the log",
      figure: String(errors.length),
      limit: "0",
      isMet: errors.length === 0,
    },
  ];
}

function send(socket: dgram.Socket, bytes: Uint8Array, port: number): Promise<void> {
  return new Promise((done) => socket.send(bytes, port, HOST, () => done()));
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
