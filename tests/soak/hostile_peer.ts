/** A member turns on another member's client: floods of messages, requests and offers, and junk at its ports. @module */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { peerLinks } from "../../core/client/people/peer_links.ts";
import type { Identity } from "../../core/identity/identity.ts";
import { newId, newSecret, parseNote } from "../../core/peer/calls/note.ts";
import { writeAll } from "../../core/peer/links/json_lines.ts";
import type { PeerLink, PeerService } from "../../core/peer/mod.ts";
import { TEXT_RATE } from "../../core/peer/texts/text_conversation.ts";
import { connectTo } from "../core/client/support.ts";
import { makeIdentity, MemoryPeers } from "../core/peer/support.ts";
import { eventually } from "../helpers/eventually.ts";
import {
  register,
  type RunningChat,
  type RunningServer,
  startClient,
  startServer,
  tempDir,
} from "../helpers/mod.ts";
import { residentMb } from "../helpers/processes.ts";
import type { Attack, AttackOptions, Figure } from "./attack.ts";

const PASSWORD = "correct horse battery";
/** Offers of one person that wait at once; all else is declined. */
const MAX_OFFERS = 20;
const JUNK = 300;
const MAX_GROWTH_MIB = 100;

export const hostilePeer: Attack = {
  name: "hostile-peer",
  summary:
    "floods a client over its direct links, has it dial others, and fills its ports with junk",
  run,
};

/** Another member, whose client breaks rules. */
interface Mallory extends AsyncDisposable {
  readonly identity: Identity;
  readonly service: PeerService;
  /** The addresses that bob's invite named. */
  readonly bobAt: { readonly host: string; readonly port: number };
  offer(path: string): Promise<unknown>;
}

async function run({ budgetMs }: AttackOptions): Promise<readonly Figure[]> {
  await using dir = await tempDir();
  await using server = await startServer();
  await using bob = await startClient(server, { home: join(dir.path, "bob") });
  await register(bob, "bob", PASSWORD);
  await using amy = await startClient(server, { home: join(dir.path, "amy") });
  await register(amy, "amy", PASSWORD);
  await amy.say("/msg bob hello");
  await amy.event("delivered", ({ direct }) => direct === true);
  await using mallory = await joinAsMallory(server);
  const beforeMiB = residentMb(bob.child.pid);
  const figures = [
    ...await floodMessages(mallory, { amy, floodMs: budgetMs / 4 }),
    await floodOffers(mallory, bob, join(dir.path, "offered")),
    await makeItDial(mallory),
    ...await fillPort(mallory, { amy, bob }),
  ];
  const grownMiB = Math.round(residentMb(bob.child.pid) - beforeMiB);
  return [...figures, {
    what: "memory that bob's client has grown by",
    figure: `${grownMiB} MiB`,
    limit: `under ${MAX_GROWTH_MIB} MiB`,
    isMet: grownMiB < MAX_GROWTH_MIB,
  }];
}

async function joinAsMallory({ port }: RunningServer): Promise<Mallory> {
  const identity = await makeIdentity();
  const invited = Promise.withResolvers<Mallory["bobAt"]>();
  const opened = Promise.withResolvers<PeerService>();
  const open = peerLinks({
    identity,
    knownPeers: new MemoryPeers(),
    onService: (service) => service && opened.resolve(service),
  });
  const { client } = await connectTo({ host: "127.0.0.1", port }, {
    openLinks: (setup) => {
      const links = open(setup);
      const receive = links.receive.bind(links);
      links.receive = (account, text) => {
        const note = parseNote(text);
        if (note.type === "invite" && note.candidates[0]) invited.resolve(note.candidates[0]);
        receive(account, text);
      };
      return links;
    },
  });
  await client.own.register({ account: "mallory", password: PASSWORD });
  const service = await opened.promise;
  await (await service.open("bob", "text"))[Symbol.asyncDispose]();
  return {
    identity,
    service,
    bobAt: await invited.promise,
    offer: (path) => client.files.send("bob", [path]),
    [Symbol.asyncDispose]: () => client.quit(),
  };
}

/** Messages as fast as the link takes them, while amy talks to bob as well. */
async function floodMessages(
  { service }: Mallory,
  { amy, floodMs }: { readonly amy: RunningChat; readonly floodMs: number },
): Promise<Figure[]> {
  await using link = await service.open("bob", "text");
  const beganMs = performance.now();
  let taken = 0;
  const reading = (async () => {
    while (await link.reader.readLine().catch(() => null) !== null) taken++;
  })();
  let number = 0;
  const writing = (async () => {
    while (performance.now() - beganMs < floodMs) {
      const lines = Array.from({ length: 100 }, () => message(number++)).join("");
      await writeAll(link.conn, new TextEncoder().encode(lines)).catch(() => {}); // it stands still: that is the point
    }
  })();
  const waits: number[] = [];
  while (performance.now() - beganMs < floodMs) {
    const saidMs = performance.now();
    await amy.say("/msg bob still there?");
    await amy.event("delivered", ({ direct }) => direct === true);
    waits.push(performance.now() - saidMs);
    await pause(200);
  }
  const seconds = (performance.now() - beganMs) / 1_000;
  await link[Symbol.asyncDispose]();
  await Promise.all([reading, writing]);
  const most = TEXT_RATE.burst + TEXT_RATE.perSecond * (seconds + 1);
  const worstMs = Math.max(...waits);
  return [{
    what: `messages taken of a flood of ${seconds.toFixed(0)} s`,
    figure: String(taken),
    limit: `${Math.round(most)}`,
    isMet: taken > 0 && taken <= most,
  }, {
    what: "amy's slowest message to bob meanwhile",
    figure: `${worstMs.toFixed(0)} ms`,
    limit: "under 1000 ms",
    isMet: worstMs < 1_000,
  }];
}

function message(number: number): string {
  return `{"id":"m${number}","text":"spam","kind":"message"}\n`;
}

/** Calls that ask to be dialed at services of bob's own machine. */
async function makeItDial({ service, identity }: Mallory): Promise<Figure> {
  let dialed = 0;
  const victim = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const conn of victim) {
      dialed++;
      conn.close();
    }
  })();
  await using link = await service.open("bob", "text");
  const certificate = identity.certDer.toBase64();
  const { port } = victim.addr;
  for (let call = 0; call < 50; call++) {
    const id = newId();
    const candidates = ["127.0.0.1", "127.0.0.2", "::1"].map((host) => ({ host, port }));
    const ask = { v: 1, type: "ask", id, purpose: "text", certificate };
    const invite = { v: 1, type: "invite", id, certificate, candidates, ticket: newSecret() };
    for (const note of [ask, invite]) {
      await sendNote(link, JSON.stringify(note));
    }
  }
  await link[Symbol.asyncDispose]();
  victim.close();
  await accepting;
  const isAlone = Deno.networkInterfaces().every(({ address }) =>
    /^(?:127\.|::1$|fe80:)/.test(address)
  );
  return {
    what: "connections to services of bob's machine",
    figure: String(dialed),
    limit: isAlone ? "any: this machine has no other address" : "0",
    isMet: isAlone || dialed === 0,
  };
}

/** Sends a note over a link and waits until it was accepted: the next steps depend on it. */
async function sendNote({ conn, reader }: PeerLink, note: string): Promise<void> {
  const id = crypto.randomUUID();
  await writeAll(conn, new TextEncoder().encode(`${JSON.stringify({ id, note })}\n`));
  while (await reader.readLine() !== `{"ack":"${id}"}`);
}

/** Many offers, none of which is answered. */
async function floodOffers(mallory: Mallory, bob: RunningChat, path: string): Promise<Figure> {
  await Deno.writeTextFile(path, "x");
  await Promise.allSettled(Array.from({ length: 60 }, () => mallory.offer(path)));
  const offered = () => bob.stdout.split('"event":"offer"').length - 1;
  await eventually(() => offered() >= MAX_OFFERS, "bob is asked");
  await bob.say("/hello");
  await bob.event("notice", ({ text }) => String(text).startsWith("Hello from"));
  return {
    what: "offers that bob is shown of 60",
    figure: String(offered()),
    limit: String(MAX_OFFERS),
    isMet: offered() <= MAX_OFFERS,
  };
}

/** Connections that are silent or send nonsense. */
async function fillPort(
  { bobAt: { host: hostname, port } }: Mallory,
  { amy, bob }: { readonly amy: RunningChat; readonly bob: RunningChat },
): Promise<Figure[]> {
  const before = descriptorsOf(bob);
  const conns: Deno.TcpConn[] = [];
  for (let count = 0; count < JUNK; count++) {
    const conn = await Deno.connect({ hostname, port });
    conns.push(conn);
    if (count % 2 === 0) {
      await conn.write(crypto.getRandomValues(new Uint8Array(500))).catch(() => 0);
    }
  }
  // Once bob has processed this, the oldest of them are closed.
  await amy.say("/msg bob and now?");
  await amy.event("delivered", ({ direct }) => direct === true);
  const meanwhile = descriptorsOf(bob) - before;
  await Promise.all(conns.map(untilClosed));
  const left = descriptorsOf(bob) - before;
  return [{
    what: `descriptors that ${JUNK} strangers take`,
    figure: String(meanwhile),
    limit: "under 100",
    isMet: meanwhile < 100,
  }, {
    what: "descriptors that are left of them",
    figure: String(left),
    limit: "under 10",
    isMet: left < 10,
  }];
}

async function untilClosed(conn: Deno.TcpConn): Promise<void> {
  const waste = new Uint8Array(4_096);
  try {
    while (await conn.read(waste) !== null);
  } catch {
    // hung up hard
  }
  conn.close();
}

function descriptorsOf({ child: { pid } }: RunningChat): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}
