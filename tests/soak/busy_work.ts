/** A backup, and a list of thousands of rooms again and again: how long others' PINGs take meanwhile. @module */
import { join } from "node:path";
import { openStore } from "../../core/store/sqlite/sqlite_store.ts";
import { runChat } from "../helpers/chat.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { startServer } from "../helpers/server.ts";
import { tempDir } from "../helpers/temp_dir.ts";
import type { Attack, Figure } from "./attack.ts";
import { fillStore } from "./filled_store.ts";
import { type GoodClient, startGoodClient } from "./good_client.ts";

const ROWS = 1_000_000;
const ROOMS = 2_000;
const MAX_P99_MS = 10;

/** See the module's text. */
export const busyWork: Attack = {
  name: "busy-work",
  summary: `a backup of ${ROWS} messages, and LIST of ${ROOMS} rooms, while people talk`,
  async run({ budgetMs }) {
    await using folder = await tempDir();
    const data = join(folder.path, "data"), path = join(data, "chat.sqlite");
    await Deno.mkdir(data);
    fillStore(path, ROWS);
    makeRooms(path);
    const flags = ["--guests", "--limits", "off"];
    await using server = await startServer({ data, flags });
    const { port } = server;
    const backup = join(folder.path, "backup.sqlite");
    const beside = await startGoodClient({ port, nick: "good" });
    const before = performance.now();
    await runChat(["admin", "--data", data, "backup", backup], { timeoutMs: 600_000 });
    const seconds = (performance.now() - before) / 1_000;
    const figures = [await pings(`a backup of ${seconds.toFixed(1)} s`, beside)];
    const lister = await startGoodClient({ port, nick: "good" });
    await listOn(port, performance.now() + budgetMs / 4);
    return [...figures, await pings(`LIST of ${ROOMS} rooms, again and again`, lister)];
  },
};

function makeRooms(path: string): void {
  using store = openStore(path);
  for (let n = 0; n < ROOMS; n++) {
    store.rooms.save({
      ...{ name: `#listed${n}`, topic: "t".repeat(390), topicBy: "amy", topicAt: 0 },
      ...{ founder: "amy", modes: '{"flags":[],"bans":[]}', createdAt: 0, life: 1 },
    });
  }
}

async function listOn(port: number, end: number): Promise<void> {
  await using client = await IrcClient.connect({ port });
  await client.enter("lister");
  while (performance.now() < end) {
    client.say("LIST");
    await client.expect(/ 323 /);
  }
}

async function pings(what: string, client: GoodClient): Promise<Figure> {
  const { count, p50, p99, max } = await client.stop();
  const figures = [`p50 ${p50.toFixed(1)}`, `p99 ${p99.toFixed(1)}`, `worst ${max.toFixed(1)} ms`];
  return {
    what: `others' PINGs beside ${what}`,
    figure: `${figures.join(", ")} of ${count}`,
    limit: `p99 ${MAX_P99_MS} ms`,
    isMet: p99 < MAX_P99_MS,
  };
}
