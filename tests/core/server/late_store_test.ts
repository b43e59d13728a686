/** A server whose store answers later, as a database in another process does. @module */
import assert from "node:assert/strict";
import { runAdminCommand } from "../../../core/server/doors/admin/commands.ts";
import type { SqliteStore } from "../../../core/store/sqlite/sqlite_store.ts";
import { StoreError } from "../../../core/store/store.ts";
import { tempDir } from "../../helpers/mod.ts";
import { FEW_TURNS as storeDelay } from "../store/delayed_store.ts";
import { plain, scram } from "./doors/irc/sasl.ts";
import { PASSWORD, type Serving, serving } from "./serving.ts";

const LOBBY = { name: "#lobby", life: 1 };
const CAPS = "batch draft/chathistory message-tags server-time standard-replies sasl echo-message";

function textsOf({ history }: SqliteStore): string[] {
  return history.query(LOBBY, { kind: "latest", limit: 99 }).map(({ text }) => text);
}

Deno.test("with a late store, accounts are made and signed in to at every door", async (t) => {
  await using chat = await serving({ storeDelay });
  await t.step("by REGISTER, NickServ, PASS and both SASL mechanisms", async () => {
    const amy = await chat.enter("amy", { caps: CAPS });
    amy.say(`REGISTER * * ${PASSWORD}`);
    await amy.expect(/REGISTER SUCCESS amy /);
    await amy.expect(/ 900 amy \S+ amy /);
    const phone = await chat.enter("amy", { password: PASSWORD });
    phone.say("WHOIS amy");
    await phone.expect(/ 330 amy amy amy /);
    const guest = await chat.enter("guest", { caps: "sasl" });
    assert.match((await plain(guest, "amy", "wrong-horse-7")).at(-1)!, / 904 /);
    assert.match((await scram(guest, "amy", PASSWORD)).at(-1)!, / 903 amy /);
    guest.say("NS LOGOUT");
    await guest.expect(/ 901 /);
    guest.say(`NS IDENTIFY amy ${PASSWORD}`);
    await guest.expect(/You are signed in as amy$/);
    guest.say("NS USERS");
    await guest.expect(/amy is online since /);
  });
  await t.step("by PTCHAT", async () => {
    const bob = await chat.connect({ plain: true });
    bob.say("~:register bob:", PASSWORD);
    await bob.expect(/^\* You are signed in as bob\./);
    bob.say("~:lu:", "~->nobody: hello", "login amy hunter2", "hunter2");
    await bob.expect(/amy/);
    await bob.expect(/nobody is not a known user/);
    await bob.expect(/^\* Not said, it looks like a sign-in/);
    bob.say("~:q!:");
    await bob.untilClosed();
    const again = await chat.connect({ plain: true });
    again.say("~:login bob:", PASSWORD);
    await again.expect(/^\* You are signed in as bob\./);
  });
  await t.step("nobody enters under a name that is an account's, or looks like one", async () => {
    await chat.register("Arnold");
    const client = await chat.connect();
    for (const nick of ["arnold", "ARN0LD"]) {
      client.say(`NICK ${nick}`, "USER a 0 * :a");
      await client.expect(/ 433 \* \S+ :Nickname belongs to an account/);
    }
    client.say("NICK carol");
    await client.expect(/ 001 carol /);
    client.say("NICK arnold");
    await client.expect(/ 433 carol arnold :/);
  });
});

Deno.test("with a late store, no command of a session overtakes another", async () => {
  await using chat = await serving({ storeDelay });
  await chat.register("amy");
  const client = await chat.connect();
  client.say(
    `PASS amy:${PASSWORD}`,
    "NICK amy",
    "USER amy 0 * :amy",
    "JOIN #tea",
    "PRIVMSG #tea :one",
    "NS USERS",
    "TOPIC #tea :Assam",
    "CHATHISTORY LATEST #tea * 5",
    "PRIVMSG #tea :two",
    "CHATHISTORY LATEST #tea * 5",
    "NS LOGOUT",
    "NICK amelie",
    "PING end",
  );
  const lines = await client.until(/ PONG \S+ :?end$/);
  const places = [
    / 001 amy /,
    /^:amy!\S+ JOIN :?#tea/,
    / 366 amy #tea /,
    /:End of users$/,
    /TOPIC #tea :?Assam$/,
    /PRIVMSG #tea :.*one$/,
    /PRIVMSG #tea :.*two$/,
    / 901 /,
    /NICK :?amelie$/,
    / PONG /,
  ].map((pattern) => lines.findIndex((line) => pattern.test(line)));
  assert.deepEqual(places, places.toSorted((a, b) => a - b), lines.join("\n"));
  assert(!places.includes(-1), `${places}\n${lines.join("\n")}`);
});

Deno.test("with a late store, no user receives a message that is not stored", async () => {
  await using chat = await serving({ storeDelay });
  const [amy, bob] = [await chat.enter("amy", { caps: CAPS }), await chat.enter("bob")];
  for (const client of [amy, bob]) {
    client.say("JOIN #lobby");
    await client.expect(/ 366 /);
  }
  for (let n = 0; n < 30; n++) {
    amy.say(`PRIVMSG #lobby :${n}`);
    await (n % 2 ? amy : bob).expect(new RegExp(`PRIVMSG #lobby :${n}$`));
    assert.equal(chat.store.history.pending, 0);
    assert(textsOf(chat.store).includes(`${n}`));
  }
  const late = await chat.enter("late");
  late.say("JOIN #lobby", "PRIVMSG #lobby :after");
  const shown = (await late.sync()).filter((line) => line.includes("PRIVMSG"));
  assert.deepEqual(shown.map((line) => line.split(" ").at(-1)), [...Array(30).keys()].map(String));
});

Deno.test("with a late store, everything is there for the next server", async () => {
  await using folder = await tempDir();
  const database = `${folder.path}/chat.sqlite`;
  {
    await using chat = await serving({ database, storeDelay });
    await chat.register("amy");
    const amy = await chat.enter("amy", { password: PASSWORD });
    amy.say("JOIN #tea", "TOPIC #tea :Assam", "PRIVMSG #lobby :remember");
    await amy.sync();
    const ban = { kind: "address", mask: "192.0.2.9", reason: "spam", forMs: undefined } as const;
    const { context } = chat.server;
    await runAdminCommand(context, { v: 1, command: "ban", ...ban });
    amy.say("TOPIC #tea :Darjeeling");
    await amy.expect(/TOPIC #tea :?Darjeeling/);
  }
  await using chat = await serving({ database, storeDelay });
  assert.deepEqual(chat.store.rooms.list().map(({ name, topic }) => [name, topic]), [
    ["#lobby", undefined],
    ["#tea", "Darjeeling"],
  ]);
  assert.deepEqual(textsOf(chat.store), ["remember"]);
  assert(chat.server.context.bans.ofAddress("192.0.2.9"));
  assert(chat.server.context.known.isHomeOf("amy", "127.0.0.1"));
  const { context } = chat.server;
  const stats = await runAdminCommand(context, { v: 1, command: "stats" });
  assert("accounts" in stats && stats.accounts === 1);
});

Deno.test("with a late store, an answer that fails is a failure of its command alone", async (t) => {
  await using chat = await serving({ storeDelay });
  await chat.register("amy");
  const fail = () => {
    throw new StoreError("unreadable", "Cannot read accounts: connection lost");
  };
  await t.step("where it cannot be read", async () => {
    const guest = await chat.enter("guest", { caps: "standard-replies" });
    using _ = replaced(chat, "findLookalike", fail);
    guest.say("NICK other", "PING after");
    await guest.expect(/FAIL \* INTERNAL_ERROR :Something went wrong on the server$/);
    await guest.expect(/ PONG \S+ :?after$/);
  });
  await t.step("where it cannot be written", async () => {
    const guest = await chat.enter("cora", { caps: "standard-replies" });
    using _ = replaced(chat, "create", fail);
    guest.say(`REGISTER * * ${PASSWORD}`);
    await guest.expect(/FAIL REGISTER TEMPORARILY_UNAVAILABLE cora :/);
  });
});

Deno.test("with a late store, a session that goes while it waits leaves no user behind", async () => {
  const line = { isOpen: true, opened: Promise.withResolvers<void>() };
  await using chat = await serving({
    storeDelay: () => line.isOpen ? storeDelay() : line.opened.promise,
  });
  const { hub, directory } = chat.server.context;
  const client = await chat.connect();
  line.isOpen = false;
  client.say("NICK ghost", "USER g 0 * :g");
  await chat.until(() => directory.sessions.size === 1);
  const [session] = directory.sessions;
  session?.close("Kicked");
  await client.untilClosed();
  line.isOpen = true;
  line.opened.resolve();
  const amy = await chat.enter("amy");
  amy.say("ISON ghost");
  await amy.expect(/ 303 amy :?$/);
  assert.equal(hub.user("ghost"), undefined);
});

/** Replaces a method of the accounts until disposed. */
function replaced(
  { store: { accounts } }: Serving,
  name: "create" | "findLookalike",
  method: () => never,
): Disposable {
  const original = accounts[name];
  Object.assign(accounts, { [name]: method });
  return { [Symbol.dispose]: () => void Object.assign(accounts, { [name]: original }) };
}
