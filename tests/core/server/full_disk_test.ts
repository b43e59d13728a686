import assert from "node:assert/strict";
import { runAdminCommand } from "../../../core/server/doors/admin/commands.ts";
import { RoomKeeper } from "../../../core/server/keep/room_keeper.ts";
import { openStore, type SqliteStore } from "../../../core/store/sqlite/sqlite_store.ts";
import { StoreError } from "../../../core/store/store.ts";
import { logged } from "./logged.ts";
import { PASSWORD, serving } from "./serving.ts";

/** Lets a store's disk be full. */
function fragile({ accounts, rooms }: Pick<SqliteStore, "accounts" | "rooms">) {
  const disk = { isFull: false };
  const failing = <A extends unknown[], R>(write: (...args: A) => R) => (...args: A): R => {
    if (disk.isFull) throw new StoreError("disk-full", "Cannot store: database or disk is full");
    return write(...args);
  };
  accounts.create = failing(accounts.create.bind(accounts));
  accounts.setVerifier = failing(accounts.setVerifier.bind(accounts));
  accounts.drop = failing(accounts.drop.bind(accounts));
  accounts.touch = failing(accounts.touch.bind(accounts));
  rooms.save = failing(rooms.save.bind(rooms));
  rooms.drop = failing(rooms.drop.bind(rooms));
  return disk;
}

Deno.test("on a full disk", async (t) => {
  await using log = await logged("warning");
  await using chat = await serving();
  await chat.register("amy");
  const disk = fragile(chat.store);
  disk.isFull = true;
  const refusal = "Server cannot store accounts now: try again later";

  await t.step('a registration is refused with "try again later", at every door', async () => {
    const bob = await chat.enter("bob", { caps: "draft/account-registration standard-replies" });
    bob.say(`REGISTER bob * ${PASSWORD}`);
    await bob.expect(new RegExp(`FAIL REGISTER TEMPORARILY_UNAVAILABLE bob :${refusal}$`));
    bob.say(`NS REGISTER ${PASSWORD}`);
    await bob.expect(new RegExp(`FAIL NS TEMPORARILY_UNAVAILABLE bob :${refusal}$`));
    const nc = await chat.connect({ plain: true });
    nc.send("~:register fred:\n");
    nc.send(`${PASSWORD}\n`);
    await nc.expect(new RegExp(`^\\* ${refusal}\\.$`));
    assert(
      log.lines.some((line) =>
        line.includes(
          "could not save account (disk-full): Cannot store: database or disk is full",
        )
      ),
    );
  });

  await t.step("who has an account signs in, and keeps password and account", async () => {
    const amy = await chat.enter("amy", { password: PASSWORD, caps: "standard-replies" });
    amy.say(`NS PASSWD ${PASSWORD} another-horse-8`, `NS DROP ${PASSWORD}`);
    for (const _ of ["PASSWD", "DROP"]) {
      await amy.expect(new RegExp(`FAIL NS TEMPORARILY_UNAVAILABLE :${refusal}$`));
    }
    await assert.rejects(
      async () =>
        await runAdminCommand(chat.server.context, {
          v: 1,
          command: "reset-password",
          name: "amy",
          password: "another-horse-8",
        }),
      { name: "AdminError", message: refusal },
    );
    assert.equal(amy.isClosed, false);
  });

  await t.step("a registration succeeds once there is space again", async () => {
    disk.isFull = false;
    const bob = await chat.enter("rob", { caps: "draft/account-registration" });
    bob.say(`REGISTER rob * ${PASSWORD}`);
    await bob.expect(/REGISTER SUCCESS rob/);
  });
});

Deno.test("RoomKeeper writes what could not be written once there is space, the latest of each room", async () => {
  await using log = await logged("warning");
  using store = openStore(":memory:");
  const disk = fragile(store);
  let steady = 0;
  const keeper = new RoomKeeper({ store: store.rooms, steadyNow: () => steady });
  const room = (name: string, founder: string | undefined) => ({
    ...{ name, founder, members: new Map(), topic: undefined, flags: new Set<never>(), bans: [] },
    ...{ key: undefined, limit: undefined, invited: new WeakSet(), permanent: false },
    ...{ createdAt: 1, life: 7 },
  });
  const tea = room("#tea", "amy"), gone = room("#gone", "amy"), fleeting = room("#x", undefined);
  keeper.save(gone);
  disk.isFull = true;
  keeper.save(tea);
  keeper.save(fleeting);
  keeper.save({ ...tea, founder: "amy", topic: { text: "Assam", by: "amy", at: 1 } });
  keeper.forget(gone.name);
  keeper.retry();
  assert.deepEqual(store.rooms.list().map(({ name }) => name), ["#gone"]);
  disk.isFull = false;
  keeper.retry();
  assert.deepEqual(store.rooms.list().map(({ name, topic }) => [name, topic]), [["#tea", "Assam"]]);
  steady = 60_000;
  keeper.retry();
  assert.deepEqual(log.lines.map((line) => line.replace(/^<\d>/, "")), [
    "rooms: could not save rooms, will retry (disk-full): Cannot store: database or disk is full",
    "rooms: rooms are saved again",
  ]);
});
