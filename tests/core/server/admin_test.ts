import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../../core/store/sqlite/sqlite_store.ts";
import { administered, isFault } from "./doors/admin/administered.ts";
import { PASSWORD } from "./serving.ts";

Deno.test("users, connections and rooms show who is here and how they came", async () => {
  await using admin = await administered({ slots: 7 });
  const { chat } = admin;
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const second = await chat.connect({ plain: true, from: "127.0.0.2" });
  second.say("~:login amy:", PASSWORD);
  await second.expect(/signed in as/);
  amy.say("AWAY :at lunch", "JOIN #tea");
  await amy.expect(/ 366 /);
  await using half = await chat.connect(); // says nothing: no door yet
  const users = await admin.ask("users", {});
  assert.equal(users.length, 1);
  const [user] = users;
  assert.deepEqual(
    { ...user, since: 0, lastSaidAt: 0 },
    {
      name: "amy",
      guest: false,
      since: 0,
      lastSaidAt: 0,
      away: "at lunch",
      doors: ["irc", "ptchat"],
      addresses: ["127.0.0.1", "127.0.0.2"],
      rooms: 2,
    },
  );
  const { slots, connections } = await admin.ask("connections", {});
  assert.deepEqual(slots, { used: 3, total: 7 });
  assert.deepEqual(
    connections.map(({ door, transport, address, account }) => ({
      door,
      transport,
      address,
      account,
    })),
    [
      { door: "irc", transport: "tls", address: "127.0.0.1", account: "amy" },
      { door: "ptchat", transport: "tcp", address: "127.0.0.2", account: "amy" },
      { door: undefined, transport: "tls", address: "127.0.0.1", account: undefined },
    ],
  );
  assert.equal(half.isClosed, false);
  const rooms = await admin.ask("rooms", {});
  assert.deepEqual(rooms.map(({ name, users, founder }) => [name, users, founder]), [
    ["#lobby", 1, undefined],
    ["#tea", 1, "amy"],
  ]);
});

Deno.test("kick closes all connections of a user, and says why", async () => {
  await using admin = await administered();
  const { chat } = admin;
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const second = await chat.enter("amy", { password: PASSWORD });
  await chat.enter("bob");
  assert.deepEqual(await admin.ask("kick", { name: "AMY", reason: "too\r\nloud" }), { closed: 2 });
  for (const client of [amy, second]) {
    assert.equal(
      (await client.untilClosed()).at(-1),
      "ERROR :Closing Link: Kicked (too\ufffd\ufffdloud)",
    );
  }
  await assert.rejects(
    admin.ask("kick", { name: "carol", reason: "" }),
    isFault("not-found", /^Nobody here is called carol$/),
  );
});

Deno.test("ban, bans and unban", async () => {
  await using admin = await administered();
  const { chat } = admin;
  const eve = await chat.connect({ from: "127.0.0.3" });
  eve.say("NICK eve", "USER eve 0 * :eve");
  await eve.expect(/ 001 /);
  const silent = await chat.connect({ from: "127.0.0.3" });
  const fields = { kind: "cidr", mask: "127.0.0.3/32", reason: "spam", forMs: 60_000 } as const;
  const { ban, closed } = await admin.ask("ban", fields);
  assert.equal(closed, 2);
  assert.equal(ban.until, ban.at + 60_000);
  await eve.untilClosed();
  await silent.untilClosed();
  assert.deepEqual((await admin.ask("bans", {})).map(({ mask, by }) => [mask, by]), [
    ["127.0.0.3/32", "admin"],
  ]);
  await admin.ask("unban", { kind: "cidr", mask: "127.0.0.3/32" });
  const back = await chat.connect({ from: "127.0.0.3" });
  back.say("NICK eve", "USER eve 0 * :eve");
  await back.expect(/ 001 /);
  await assert.rejects(
    admin.ask("unban", { kind: "account", mask: "eve" }),
    isFault("not-found", /^There is no ban of eve$/),
  );
  await assert.rejects(
    admin.ask("ban", { kind: "address", mask: "eve", reason: "" }),
    isFault("bad-request"),
  );
});

Deno.test("the ban of an account tells whether there is one, and keeps it from being made", async () => {
  await using admin = await administered();
  const { chat } = admin;
  await chat.register("amy");
  const eve = await chat.enter("eve");
  const ban = async (mask: string) => {
    const { named, closed } = await admin.ask("ban", { kind: "account", mask, reason: "" });
    return [named, closed];
  };
  assert.deepEqual(await ban("AMY"), ["account", 0]);
  assert.deepEqual(await ban("eve"), ["guest", 0]);
  assert.deepEqual(await ban("zoe"), ["nobody", 0]);
  const address = { kind: "address", mask: "192.0.2.9", reason: "" } as const;
  assert.equal((await admin.ask("ban", address)).named, undefined);
  eve.say(`REGISTER eve * ${PASSWORD}`);
  await eve.expect(/FAIL REGISTER ACCOUNT_BANNED eve :You are banned$/);
});

Deno.test("a ban stops a sign-in that is half done", async () => {
  await using admin = await administered();
  const { chat } = admin;
  await chat.register("amy");
  const amy = await chat.connect();
  amy.say("CAP REQ :sasl", "AUTHENTICATE PLAIN", `AUTHENTICATE ${btoa(`\0amy\0${PASSWORD}`)}`);
  await amy.expect(/ 903 /); // signed in, but not registered with the server
  await admin.ask("ban", { kind: "account", mask: "amy", reason: "" });
  assert.equal((await amy.untilClosed()).at(-1), "ERROR :Closing Link: Banned");
});

Deno.test("reset-password lets the new password in, and the old one's user out", async () => {
  await using admin = await administered();
  const { chat } = admin;
  await chat.register("amy");
  const thief = await chat.enter("amy", { password: PASSWORD });
  const next = "another-horse-8";
  assert.deepEqual(await admin.ask("reset-password", { name: "Amy", password: next }), {
    account: "amy",
    closed: 1,
  });
  assert.equal((await thief.untilClosed()).at(-1), "ERROR :Closing Link: Password was reset");
  await chat.enter("amy", { password: next });
  await assert.rejects(
    admin.ask("reset-password", { name: "bob", password: next }),
    isFault("not-found"),
  );
  await assert.rejects(
    admin.ask("reset-password", { name: "amy", password: "a\tb" }),
    isFault("refused", /^Cannot take that password: /),
  );
});

Deno.test("announce reaches everybody, whatever their door", async () => {
  await using admin = await administered();
  const { chat } = admin;
  const amy = await chat.enter("amy");
  const bob = await chat.connect({ plain: true });
  bob.say("bob");
  await bob.expect(/You are in/);
  await using stranger = await chat.connect();
  stranger.say("CAP LS");
  await stranger.expect(/ LS /);
  const text = `down at ten\n${"word ".repeat(200)}\x1b[31m`;
  assert.deepEqual(await admin.ask("announce", { text }), { told: 2 });
  await amy.expect(/^:irc\.test NOTICE amy :down at ten/);
  await bob.expect(/^\* down at ten/);
  for (const line of [...(await amy.sync()), ...bob.pending]) {
    assert(new TextEncoder().encode(line).length < 510);
    assert(!line.includes("\x1b"));
  }
  assert.deepEqual(stranger.pending, []);
});

Deno.test("announce loses nothing of a text in any script", async () => {
  await using admin = await administered();
  const amy = await admin.chat.enter("amy");
  const words = [..."слово ".repeat(80).trim().split(" "), "日本語😀".repeat(100)];
  await admin.ask("announce", { text: words.join(" ") });
  const heard = (await amy.sync()).map((line) => {
    assert(new TextEncoder().encode(line).length <= 510);
    return line.slice(":irc.test NOTICE amy :".length);
  });
  assert.equal(heard.join("").replaceAll(" ", ""), words.join(""));
});

Deno.test("backup copies all that was said, and never over a file", async () => {
  await using admin = await administered();
  const { chat, folder } = admin;
  const amy = await chat.enter("amy");
  amy.say("JOIN #lobby", "PRIVMSG #lobby :keep this");
  await amy.sync();
  const path = join(folder, "copy.sqlite");
  const { bytes } = await admin.ask("backup", { path });
  assert(bytes > 0);
  {
    using copy = openStore(path);
    assert.equal(
      copy.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 1 })[0]?.text,
      "keep this",
    );
  }
  await assert.rejects(
    admin.ask("backup", { path }),
    isFault("refused", /There is a file already/),
  );
  await assert.rejects(
    admin.ask("backup", { path: join(folder, "nowhere", "copy.sqlite") }),
    isFault("failed", /^Cannot back up to /),
  );
});

Deno.test("stats sums it up", async () => {
  await using admin = await administered();
  const { chat } = admin;
  const amy = await chat.enter("amy");
  amy.say("JOIN #lobby", "PRIVMSG #lobby :hello");
  await amy.sync();
  const stats = await admin.ask("stats", {});
  assert.equal(stats.users, 1);
  assert.equal(stats.roomMessages, 1);
  assert.deepEqual(stats.connections, { irc: 1 });
  assert(stats.bytesIn > 0 && stats.memoryBytes > 0);
});
