/**
 * The cost of storing messages: group commits of several sizes, and the history that a new session is sent.
 *
 *     deno bench -A bench/store_bench.ts
 *
 * @module
 */
import { messageIds } from "../core/ground/message_id.ts";
import { openStore, type SqliteStore } from "../core/store/sqlite/sqlite_store.ts";

const dir = await Deno.makeTempDir({ prefix: "chat-bench-" });
globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));

const store = openStore(`${dir}/chat.db`);
const newId = messageIds();
const ids: string[] = [];

function append(store: SqliteStore): void {
  const time = 1_700_000_000_000 + ids.length;
  const id = newId(time);
  ids.push(id);
  store.history.append({
    id,
    room: "#lobby",
    life: 1,
    time,
    from: "amy",
    mask: "amy@host.example",
    account: "amy",
    kind: "message",
    text: "a message of a usual length, which is about eighty characters, more or less",
    tags: undefined,
  });
}

for (const rows of [1, 10, 64, 100, 1_000]) {
  Deno.bench(`commit(), ${rows} rows`, { group: "commit", baseline: rows === 1 }, (b) => {
    for (let n = 0; n < rows; n++) append(store);
    b.start();
    store.history.commit();
    b.end();
  });
}

Deno.bench("history(), the latest 50", { group: "history", baseline: true }, () => {
  store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 50 });
});

Deno.bench("history(), 50 around an id", { group: "history" }, () => {
  const id = ids[ids.length >> 1] ?? "";
  store.history.query({ name: "#lobby", life: 1 }, { kind: "around", ref: { id }, limit: 50 });
});
