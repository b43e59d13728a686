import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../../../core/store/sqlite/sqlite_store.ts";
import type { StoreFault } from "../../../../core/store/store.ts";
import { StoreError } from "../../../../core/store/store.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { message, namesOf, pruneAll, verifier } from "../rows.ts";

const FIXTURE = new URL("./store_fixture.ts", import.meta.url).pathname;

/** All that a store needs; the fixture also kills itself. */
const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-run"];

function fixture(path: string, what: "commit" | "hold" | "backup"): Deno.Command {
  const args = ["run", "-q", ...PERMISSIONS, FIXTURE, path, what];
  return new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" });
}

function faultOf(action: () => unknown): StoreFault | undefined {
  try {
    action();
  } catch (error) {
    assert(error instanceof StoreError, `expected a StoreError, not ${error}`);
    assert(error.cause instanceof Error, "the cause is kept");
    return error.fault;
  }
  return undefined;
}

function modeOf(path: string): string | undefined {
  const { mode } = Deno.statSync(path);
  return mode === null ? undefined : (mode & 0o777).toString(8);
}

Deno.test({
  name: "openStore() makes a file that only its owner can read, its log too",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using dir = await tempDir();
    const path = `${dir.path}/chat.db`;
    using store = openStore(path);
    store.history.append(message({ name: "1" }));
    store.history.commit();
    assert.equal(modeOf(path), "600");
    assert.equal(modeOf(`${path}-wal`), "600");
  },
});

Deno.test({
  name: "openStore() takes an old file's other readers away",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using dir = await tempDir();
    const path = `${dir.path}/chat.db`;
    openStore(path)[Symbol.dispose]();
    Deno.chmodSync(path, 0o644);
    using _store = openStore(path);
    assert.equal(modeOf(path), "600");
  },
});

Deno.test("openStore() says what is wrong with a file", async (t) => {
  await using dir = await tempDir();
  const path = (name: string) => `${dir.path}/${name}`;

  await t.step("a folder that is missing", () => {
    assert.equal(faultOf(() => openStore(path("no/chat.db"))), "unreadable");
  });
  await t.step("a folder", () => {
    Deno.mkdirSync(path("folder"), { mode: 0o755 });
    assert.equal(faultOf(() => openStore(path("folder"))), "unreadable");
    if (Deno.build.os !== "windows") assert.equal(modeOf(path("folder")), "755");
  });
  await t.step("a text", () => {
    Deno.writeTextFileSync(path("text"), "no database at all\n".repeat(100));
    assert.equal(faultOf(() => openStore(path("text"))), "corrupt");
  });
  await t.step("another program's database", () => {
    const db = new DatabaseSync(path("other"));
    db.exec("CREATE TABLE account (name TEXT)");
    db.close();
    assert.equal(faultOf(() => openStore(path("other"))), "corrupt");
  });
  await t.step("a newer version's database", () => {
    openStore(path("newer"))[Symbol.dispose]();
    const db = new DatabaseSync(path("newer"));
    db.exec("PRAGMA user_version = 999");
    db.close();
    assert.equal(faultOf(() => openStore(path("newer"))), "newer-version");
  });
  await t.step("a damaged page", () => {
    using undo = new DisposableStack();
    const store = undo.use(openStore(path("damaged")));
    for (let n = 0; n < 500; n++) store.history.append(message({ name: `${n}` }));
    undo.dispose();
    const bytes = Deno.readFileSync(path("damaged"));
    bytes.fill(0xff, 4096); // all but the first page
    Deno.writeFileSync(path("damaged"), bytes);
    const use = () => {
      using store = openStore(path("damaged"));
      store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 500 });
    };
    assert.equal(faultOf(use), "corrupt");
  });
  await t.step("an account that is damaged", () => {
    {
      using store = openStore(path("account"));
      store.accounts.create("amy", verifier(), 1_000);
    }
    const db = new DatabaseSync(path("account"));
    db.exec("UPDATE account SET verifier = 'hunter2'");
    db.close();
    using store = openStore(path("account"));
    assert.equal(faultOf(() => store.accounts.find("amy")), "corrupt");
    assert.throws(
      () => store.accounts.find("amy"),
      (error: Error) => !/hunter2/.test(error.message),
    );
  });
});

Deno.test("openStore() takes an empty file as a new database", async () => {
  await using dir = await tempDir();
  Deno.writeTextFileSync(`${dir.path}/chat.db`, "");
  using store = openStore(`${dir.path}/chat.db`);
  assert.deepEqual(store.accounts.list(), []);
});

Deno.test("openStore() turns a second opener away, in this process and in another", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  const other = fixture(path, "hold").spawn();
  const reader = other.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, "open\n");
  assert.equal(faultOf(() => openStore(path, { waitMs: 0 })), "locked");
  await other.stdin.close();
  assert.equal((await other.status).code, 0);
  await reader.cancel();

  using _store = openStore(path);
  assert.equal(faultOf(() => openStore(path, { waitMs: 0 })), "locked");
  const late = await fixture(path, "hold").spawn();
  await late.stdin.close();
  assert.equal(
    (await late.output()).code,
    1,
    "the failed second opener has not taken the lock off",
  );
});

Deno.test("what was committed is there after the process was killed, what was not is not", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  const dying = fixture(path, "commit").spawn();
  await dying.stdin.close();
  assert.equal((await dying.output()).signal, "SIGKILL");
  using store = openStore(path, { waitMs: 0 });
  const rows = store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9 });
  assert.deepEqual(namesOf(rows), ["1", "2"]);
  assert.equal(store.accounts.find("amy")?.name, "amy");
});

Deno.test("a store needs no permission but to read and to write, not even for a copy", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  const copying = fixture(path, "backup").spawn();
  await copying.stdin.close();
  assert.equal((await copying.output()).code, 0);
  using _copy = openStore(`${path}-copy`);
});

Deno.test("a full disk loses nothing of the buffer, and the next commit tries again", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  {
    using store = openStore(path, { maxBytes: 100_000 });
    store.history.append(message({ name: "first", time: 1 }));
    store.history.commit();
    const size = 200;
    for (let n = 0; n < size; n++) {
      store.history.append(message({ name: `${n}`, time: 2, text: "x".repeat(1_000) }));
    }
    assert.equal(faultOf(() => store.history.commit()), "disk-full");
    assert.equal(faultOf(() => store.history.commit()), "disk-full");
    assert.equal(store.history.pending, size);
    assert.equal(
      store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 999 }).length,
      size + 1,
    );

    assert.equal(await pruneAll(store, 3), size + 1, "room is made");
    store.history.append(message({ name: "last", time: 4 }));
    store.history.commit();
  }
  using store = openStore(path);
  const rows = store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9 });
  assert.deepEqual(namesOf(rows), ["last"]);
});

Deno.test("disposing a store commits what is buffered, and a second time does nothing", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  const store = openStore(path);
  store.history.append(message({ name: "1" }));
  store[Symbol.dispose]();
  store[Symbol.dispose]();
  const files = [...Deno.readDirSync(dir.path)].map(({ name }) => name);
  assert.deepEqual(files, ["chat.db"], "no log is left");
  using again = openStore(path);
  assert.equal(
    namesOf(again.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 9 })).join(),
    "1",
  );
});

Deno.test("disposing a store whose disk is full says so, and closes it all the same", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  const store = openStore(path, { maxBytes: 100_000 });
  store.history.append(message({ name: "1", text: "x".repeat(200_000) }));
  assert.equal(faultOf(() => store[Symbol.dispose]()), "disk-full");
  using _again = openStore(path, { waitMs: 0 });
});

Deno.test("history is found through the index, without sorting", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  openStore(path)[Symbol.dispose]();
  const db = new DatabaseSync(path);
  const plan = db.prepare(
    `EXPLAIN QUERY PLAN SELECT * FROM history WHERE room = ? AND life = ? AND (time, seq) > (?, ?) AND (time, seq) < (?, ?)
     ORDER BY time DESC, seq DESC LIMIT ?`,
  ).all().map((row) => row["detail"]);
  db.close();
  assert.deepEqual(plan, [
    "SEARCH history USING INDEX history_by_room (room=? AND life=? AND time>? AND time<?)",
  ]);
});

Deno.test("tidy() keeps the log short", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  using store = openStore(path);
  const fileBefore = Deno.statSync(path).size;
  for (let n = 0; n < 3_000; n++) {
    store.history.append(message({ name: `${n}`, time: n }));
    store.history.commit();
    store.upkeep.tidy();
  }
  const logBytes = Deno.statSync(`${path}-wal`).size;
  assert(logBytes < 1_000 * 4_120, `${logBytes} bytes of log`);
  assert(Deno.statSync(path).size > fileBefore);
});

Deno.test("accounts and the secret are there again after reopening", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  let secret: Uint8Array;
  {
    using store = openStore(path);
    store.accounts.create("amy", verifier(), 1_000);
    secret = store.accounts.secret;
  }
  using store = openStore(path);
  assert.equal(store.accounts.find("amy")?.name, "amy");
  assert.deepEqual(store.accounts.secret, secret);
  assert.equal(secret.length, 32);
});
