import assert from "node:assert/strict";
import { configureLog } from "../../../../core/ground/log.ts";
import { Histogram } from "../../../../core/server/common/histogram.ts";
import {
  HistoryWriter,
  type HistoryWriterOptions,
  MAX_BACKLOG,
} from "../../../../core/server/keep/history_writer.ts";
import { MemoryStore } from "../../../../core/store/memory/memory_store.ts";
import { openStore } from "../../../../core/store/sqlite/sqlite_store.ts";
import { StoreError } from "../../../../core/store/store.ts";
import { serving } from "../serving.ts";

let count = 0;

function row(text = "hello") {
  const id = `id-${count++}`;
  const about = { mask: "u@chat", account: undefined, kind: "message", tags: undefined } as const;
  return { id, room: "#lobby", life: 1, time: count, from: "amy", text, ...about };
}

/** A store whose disk can be full. */
function fragile() {
  const store = openStore(":memory:");
  const commit = store.history.commit.bind(store.history);
  const disk = { isFull: false, tries: 0 };
  store.history.commit = () => {
    disk.tries++;
    if (disk.isFull) throw new StoreError("disk-full", "Cannot store messages: disk is full");
    commit();
  };
  return { store, disk };
}

function writerOf(store: HistoryWriterOptions["store"]) {
  const clock = { now: 1_000_000 };
  const commitMs = new Histogram([1]);
  const writer = new HistoryWriter({ store, steadyNow: () => clock.now, commitMs });
  return { clock, commitMs, writer };
}

Deno.test("HistoryWriter writes at the end of each turn, and measures it", () => {
  const { store, disk } = fragile();
  using _ = store;
  const { commitMs, writer } = writerOf(store);
  writer.commit();
  assert.equal(disk.tries, 0);
  store.history.append(row());
  writer.commit();
  assert.deepEqual([writer.backlog, disk.tries, commitMs.count], [0, 1, 1]);
});

Deno.test("HistoryWriter tries a full disk four times a second, complains every ten seconds, and recovers", async () => {
  const lines: string[] = [];
  await using _log = await configureLog({
    write: (line) => lines.push(line),
    level: "info",
    format: "text",
    journal: true,
  });
  const { store, disk } = fragile();
  using _store = store;
  const { clock, writer } = writerOf(store);
  disk.isFull = true;
  const start = clock.now;
  while (clock.now < start + 25_000) {
    store.history.append(row());
    writer.commit();
    clock.now += 10;
  }
  assert.equal(disk.tries, 100);
  assert.equal(lines.length, 3);
  assert.equal(
    lines[0],
    "<3>store: could not save history, 1 messages are waiting: Cannot store messages: disk is full\n",
  );
  assert(writer.isFailing && !writer.isFull);
  disk.isFull = false;
  writer.commit(true);
  assert.deepEqual([writer.isFailing, writer.backlog], [false, 0]);
  assert.equal(lines.at(-1), "<4>store: history is saved again\n");
  assert.equal(
    store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9_999 }).length,
    2_500,
  );
});

Deno.test("HistoryWriter lets one commit follow another, and takes a rejected one as failed", async () => {
  const memory = new MemoryStore();
  const commits: PromiseWithResolvers<void>[] = [];
  const history = Object.assign(memory.history, {
    commit() {
      commits.push(Promise.withResolvers());
      return commits.at(-1)!.promise;
    },
  });
  const { commitMs, writer } = writerOf({ history, upkeep: memory.upkeep });
  history.append(row());
  const first = writer.commit();
  const second = writer.commit();
  assert.equal(commits.length, 1);
  commits[0]!.resolve();
  await first;
  await Promise.resolve();
  assert.deepEqual([commitMs.count, commits.length, writer.isFailing], [1, 2, false]);
  commits[1]!.reject(new StoreError("unreadable", "Cannot store messages: connection lost"));
  await second;
  assert.deepEqual([commitMs.count, writer.isFailing], [1, true]);
  await writer.commit();
  assert.equal(commits.length, 2, "what has just failed is not tried again at once");
});

Deno.test("rooms fall silent before a full disk fills the memory, by every door", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  amy.say("JOIN #lobby");
  await amy.expect(/ 366 /);
  const nc = await chat.connect({ plain: true });
  nc.say("bob");
  await nc.expect(/You are in/);
  const { store } = chat;
  const commit = store.history.commit.bind(store.history);
  store.history.commit = () => {
    throw new StoreError("disk-full", "Cannot store messages: disk is full");
  };
  amy.say("PRIVMSG #lobby :still heard");
  await nc.expect(/^amy: still heard$/);
  assert.equal(chat.server.trouble, "history cannot be written");
  for (let n = store.history.pending; n < MAX_BACKLOG; n++) store.history.append(row());
  amy.say("PRIVMSG #lobby :too much");
  await amy.expect(/ 404 amy #lobby :Not sent: server cannot store messages now$/);
  nc.say("too much");
  await nc.expect(/^\* Not sent: the server cannot store messages now\.$/);
  amy.say("PRIVMSG bob :private goes on");
  await nc.expect(/private goes on/);
  store.history.commit = commit;
  chat.server.context.writer.commit(true);
  amy.say("PRIVMSG #lobby :well again");
  await nc.expect(/^amy: well again$/);
  assert.equal(chat.server.trouble, undefined);
});

Deno.test("a full disk does not prevent sign-ins or new rooms", async () => {
  await using chat = await serving();
  await chat.register("amy");
  const full = () => {
    throw new StoreError("disk-full", "disk is full");
  };
  chat.store.accounts.touch = full;
  chat.store.rooms.save = full;
  const amy = await chat.enter("amy", { password: "correct-horse-7" });
  amy.say("JOIN #tea");
  await amy.expect(/ 366 /);
});
