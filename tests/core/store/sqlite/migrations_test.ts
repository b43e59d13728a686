import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { MIGRATIONS } from "../../../../core/store/sqlite/migrations.ts";
import { openStore } from "../../../../core/store/sqlite/sqlite_store.ts";
import { tempDir } from "../../../helpers/mod.ts";
import { idOf, message, namesOf } from "../rows.ts";

Deno.test("a database of the first version is brought to this one, with all its messages", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  const db = new DatabaseSync(path);
  db.exec(MIGRATIONS[0]!);
  db.exec(`PRAGMA application_id = ${0x63686174}; PRAGMA user_version = 1`);
  const insert = db.prepare(
    "INSERT INTO history (id, room, time, nick, mask, account, kind, text, tags) " +
      "VALUES (?, '#lobby', 1000, 'amy', 'amy@host.example', NULL, ?, ?, NULL)",
  );
  for (const kind of ["message", "notice"]) insert.run(idOf(kind), kind, `a ${kind}`);
  db.close();
  using store = openStore(path);
  store.history.append(message({ name: "new", text: "a new one" }));
  store.history.commit();
  const rows = store.history.query({ name: "#lobby", life: 1 }, {
    kind: "after",
    ref: { id: idOf("message") },
    limit: 9,
  });
  assert.deepEqual(rows.map(({ kind, text }) => `${kind}: ${text}`), [
    "notice: a notice",
    "message: a new one",
  ]);
});

Deno.test("a database of the second version keeps what a room's former lives said apart", async () => {
  await using dir = await tempDir();
  const path = `${dir.path}/chat.db`;
  const db = new DatabaseSync(path);
  for (const step of MIGRATIONS.slice(0, 2)) db.exec(step);
  db.exec(`PRAGMA application_id = ${0x63686174}; PRAGMA user_version = 2`);
  for (const name of ["#den", "#lobby"]) {
    db.prepare("INSERT INTO room VALUES (?, ?, NULL, NULL, NULL, 'amy', '', 2000)").run(name, name);
  }
  const insert = db.prepare(
    "INSERT INTO history (id, room, time, nick, mask, account, kind, text, tags) " +
      "VALUES (?, ?, ?, 'amy', 'amy@host.example', NULL, 0, ?, NULL)",
  );
  for (const room of ["#den", "#lobby"]) {
    for (const [text, time] of [["former", 1_000], ["own", 3_000]] as const) {
      insert.run(idOf(text, time), room, time, text);
    }
  }
  db.close();
  using store = openStore(path);
  const said = store.rooms.list().map((room) => [
    room.name,
    ...namesOf(store.history.query(room, { kind: "latest", limit: 9 })),
  ]);
  assert.deepEqual(said, [["#den", "own"], ["#lobby", "former", "own"]]);
});
