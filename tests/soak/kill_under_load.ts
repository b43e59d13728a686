/** The server is killed while people talk, again and again: whatever a client has received must be in the history. @module */
import { DatabaseSync } from "node:sqlite";
import { openStore, type SqliteStore } from "../../core/store/sqlite/sqlite_store.ts";
import type { HistoryRow, RoomKey } from "../../core/store/store.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { startServer, tempDir } from "../helpers/mod.ts";
import type { Attack, AttackOptions, Figure } from "./attack.ts";

const SPEAKERS = 4;
/** Lines that a speaker sends at once, before it waits for their echoes. */
const BURST = 50;
const KILL_AFTER_MS = { least: 300, most: 1_500 };
const PAGE = 1_000;

interface Tally {
  kills: number;
  seen: number;
  lost: number;
  twice: number;
  disordered: number;
  damaged: number;
  startMs: number;
}

export const killUnderLoad: Attack = {
  name: "kill-under-load",
  summary: "kills the server while four people flood a room, and looks for what they had seen",
  run,
};

async function run({ budgetMs }: AttackOptions): Promise<readonly Figure[]> {
  await using folder = await tempDir();
  const tally: Tally = {
    ...{ kills: 0, seen: 0, lost: 0, twice: 0, disordered: 0, damaged: 0, startMs: 0 },
  };
  for (const endMs = performance.now() + budgetMs; performance.now() < endMs;) {
    await round(folder.path, tally);
  }
  return [
    { what: "kills", figure: String(tally.kills), isMet: tally.kills > 0 },
    { what: "messages that somebody saw", figure: String(tally.seen), isMet: tally.seen > 0 },
    none("of these, not in the history", tally.lost),
    none("messages in the history twice", tally.twice),
    none("speakers whose messages are out of order", tally.disordered),
    none("databases that were damaged", tally.damaged),
    {
      what: "longest start after a kill",
      figure: `${Math.round(tally.startMs)} ms`,
      limit: "under 10 s",
      isMet: tally.startMs < 10_000,
    },
  ];
}

function none(what: string, count: number): Figure {
  return { what, figure: String(count), limit: "0", isMet: count === 0 };
}

/** One life of the server. */
async function round(folder: string, tally: Tally): Promise<void> {
  const data = `${folder}/data`, room = `#round${tally.kills}`;
  const startMs = performance.now();
  const flags = ["--guests", "--limits", "off", "--slots", "50", "--keep-bytes", "20M"];
  await using server = await startServer({ data, certs: `${folder}/certs`, flags });
  tally.startMs = Math.max(tally.startMs, performance.now() - startMs);
  const clients: IrcClient[] = [];
  for (let n = 0; n < SPEAKERS; n++) {
    const client = await IrcClient.connect({ port: server.port });
    clients.push(client);
    await client.enter(`speaker${n}`, { caps: "echo-message" });
    client.say(`JOIN ${room}`);
    await client.sync();
  }
  const talking = Promise.allSettled(clients.map((client, n) => flood(client, { room, n })));
  const { least, most } = KILL_AFTER_MS;
  const timer = setTimeout(
    () => server.chat.kill("SIGKILL"),
    least + Math.random() * (most - least),
  );
  const talked = await talking;
  clearTimeout(timer);
  tally.kills++;
  const seen = new Set(talked.flatMap((one) => one.status === "fulfilled" ? one.value : []));
  for (const client of clients) await client[Symbol.asyncDispose]();
  await server.chat.exit();
  examine({ path: `${data}/chat.sqlite`, room, seen }, tally);
}

/** Talks until the server is gone. @returns all that this client has seen of the room. */
async function flood(
  client: IrcClient,
  { room, n }: { readonly room: string; readonly n: number },
): Promise<string[]> {
  const seen: string[] = [];
  const note = (lines: readonly string[]) => {
    for (const line of lines) {
      const text = / PRIVMSG \S+ :(.*)$/.exec(line)?.[1];
      if (text !== undefined) seen.push(text);
    }
  };
  for (let count = 0;;) {
    const lines = Array.from({ length: BURST }, () => `PRIVMSG ${room} :${n} ${count++}`);
    client.say(...lines);
    try {
      note(await client.until(new RegExp(` PRIVMSG \\S+ :${n} ${count - 1}$`)));
    } catch {
      note(client.pending); // killed in the middle of it: what has come was seen all the same
      return seen;
    }
  }
}

/** Compares the history with what was seen. */
function examine(
  { path, room, seen }: {
    readonly path: string;
    readonly room: string;
    readonly seen: ReadonlySet<string>;
  },
  tally: Tally,
): void {
  tally.seen += seen.size;
  const lives = lifeOf(path, room, tally);
  using store = openStore(path);
  const rows = lives.flatMap((life) => [...historyOf(store, { name: room, life })]);
  const texts = rows.map(({ text }) => text);
  const stored = new Set(texts);
  tally.twice += texts.length - stored.size;
  for (const text of seen) if (!stored.has(text)) tally.lost++;
  for (let n = 0; n < SPEAKERS; n++) {
    const counts = texts.filter((text) => text.startsWith(`${n} `)).map((text) =>
      Number(text.split(" ")[1])
    );
    if (counts.some((count, at) => at > 0 && count !== counts[at - 1]! + 1)) tally.disordered++;
  }
}

/** The room's number, and whether the file is whole. */
function lifeOf(path: string, room: string, tally: Tally): number[] {
  const db = new DatabaseSync(path);
  try {
    const [check] = db.prepare("PRAGMA integrity_check").all();
    if (check?.["integrity_check"] !== "ok") tally.damaged++;
    return db.prepare("SELECT DISTINCT life FROM history WHERE room = ?").all(room)
      .map((row) => Number(row["life"]));
  } finally {
    db.close();
  }
}

/** All of a room's history, a page at a time. */
function* historyOf(store: SqliteStore, room: RoomKey): Generator<HistoryRow> {
  let rows = store.history.query(room, { kind: "after", ref: { time: 0 }, limit: PAGE });
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    yield* rows;
    rows = store.history.query(room, { kind: "after", ref: { id: last.id }, limit: PAGE });
  }
}
