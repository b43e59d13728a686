import assert from "node:assert/strict";
import { openStore } from "../../../../core/store/sqlite/sqlite_store.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { ban, message, namesOf, room, verifier } from "../rows.ts";

const ALL = { kind: "latest", limit: 99_999 } as const;

Deno.test("backup() writes a store with all that was there, while messages go on", async () => {
  await using dir = await tempDir();
  const copy = `${dir.path}/copy.db`;
  using store = openStore(`${dir.path}/chat.db`);
  store.accounts.create("amy", verifier(), 1_000);
  store.rooms.save(room({ name: "#garden" }));
  store.rooms.addBan(ban({ kind: "account", mask: "bob" }));
  for (let n = 0; n < 3_500; n++) store.history.append(message({ name: `${n}` }));

  const done = store.upkeep.backup(copy);
  store.history.append(message({ name: "later" }));
  store.history.commit();
  store.accounts.create("carol", verifier(), 1_000);
  await done;

  using copied = openStore(copy);
  assert.deepEqual(copied.accounts.secret, store.accounts.secret);
  assert.deepEqual(copied.accounts.list().map(({ name }) => name), ["amy"]);
  assert.deepEqual(copied.rooms.list(), store.rooms.list());
  assert.deepEqual(copied.rooms.bans(), store.rooms.bans());
  const rows = copied.history.query({ name: "#lobby", life: 1 }, ALL);
  assert.deepEqual(namesOf(rows).map(Number), [...Array(3_500).keys()]);
  assert.equal(store.history.query({ name: "#lobby", life: 1 }, ALL).length, 3_501);
});

Deno.test("backup() gives way to the event loop", async () => {
  await using dir = await tempDir();
  using store = openStore(":memory:");
  for (let n = 0; n < 5_000; n++) store.history.append(message({ name: `${n}` }));
  let state = "copying";
  let turns = 0;
  const done = store.upkeep.backup(`${dir.path}/copy.db`).then(() => state = "done");
  while (state === "copying") {
    turns++;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
  await done;
  assert(turns >= 3, `${turns} turns of the event loop`);
});

Deno.test({
  name: "backup() leaves one file, its owner's alone",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using dir = await tempDir();
    using store = openStore(":memory:");
    await store.upkeep.backup(`${dir.path}/copy.db`);
    assert.deepEqual([...Deno.readDirSync(dir.path)].map(({ name }) => name), ["copy.db"]);
    assert.equal(Deno.statSync(`${dir.path}/copy.db`).mode! & 0o777, 0o600);
  },
});

Deno.test("backup() never writes over a file", async () => {
  await using dir = await tempDir();
  using store = openStore(":memory:");
  Deno.writeTextFileSync(`${dir.path}/precious`, "mine");
  await assert.rejects(store.upkeep.backup(`${dir.path}/precious`), Deno.errors.AlreadyExists);
  assert.equal(Deno.readTextFileSync(`${dir.path}/precious`), "mine");
});

Deno.test("backup() into a folder that is missing says so", async () => {
  await using dir = await tempDir();
  using store = openStore(":memory:");
  await assert.rejects(store.upkeep.backup(`${dir.path}/no/copy.db`), {
    name: "StoreError",
    fault: "unreadable",
  });
});

Deno.test("backup() of a store that is closed meanwhile fails and leaves no file", async () => {
  await using dir = await tempDir();
  const store = openStore(":memory:");
  for (let n = 0; n < 3_000; n++) store.history.append(message({ name: `${n}` }));
  const done = store.upkeep.backup(`${dir.path}/copy.db`);
  store[Symbol.dispose]();
  await assert.rejects(done);
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
});

Deno.test("backup() that is given up ends soon and leaves no file", async () => {
  await using dir = await tempDir();
  using store = openStore(":memory:");
  for (let n = 0; n < 3_000; n++) store.history.append(message({ name: `${n}` }));
  const stopping = new AbortController();
  const done = store.upkeep.backup(`${dir.path}/copy.db`, stopping.signal);
  stopping.abort(new Error("the server is stopping"));
  await assert.rejects(done, /the server is stopping/);
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
  await store.upkeep.backup(`${dir.path}/copy.db`);
});

Deno.test("two backups at once: the second one is refused, the first one is whole", async () => {
  await using dir = await tempDir();
  using store = openStore(":memory:");
  for (let n = 0; n < 3_000; n++) store.history.append(message({ name: `${n}` }));
  const first = store.upkeep.backup(`${dir.path}/first.db`);
  await assert.rejects(store.upkeep.backup(`${dir.path}/second.db`), /another copy is being made/);
  await first;
  assert.deepEqual([...Deno.readDirSync(dir.path)].map(({ name }) => name), ["first.db"]);
});
