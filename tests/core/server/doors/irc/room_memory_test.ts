import assert from "node:assert/strict";
import { startServer } from "../../../../../core/server/server.ts";
import { openStore } from "../../../../../core/store/sqlite/sqlite_store.ts";
import { tempDir } from "../../../../helpers/mod.ts";
import { PASSWORD, serving } from "../../serving.ts";

Deno.test("a room whose founder has an account outlives its visitors and the server", async () => {
  await using folder = await tempDir();
  const database = `${folder.path}/chat.sqlite`;
  {
    await using chat = await serving({ database });
    await chat.register("amy");
    const amy = await chat.enter("amy", { password: PASSWORD });
    amy.say("JOIN #tea", "TOPIC #tea :Earl Grey", "MODE #tea +sb mallory", "PRIVMSG #tea :first");
    const guest = await chat.enter("guest");
    guest.say("JOIN #gone", "PRIVMSG #gone :private");
    await Promise.all([amy.sync(), guest.sync()]);
  }
  await using chat = await serving({ database });
  const amy = await chat.enter("amy", { password: PASSWORD });
  amy.say("JOIN #tea", "MODE #tea", "MODE #tea b");
  await amy.expect(/ 332 amy #tea :Earl Grey$/);
  await amy.expect(/ 353 amy @ #tea @amy$/);
  await amy.expect(/^:amy!amy@chat PRIVMSG #tea :\[.*\] first$/);
  await amy.expect(/ 324 amy #tea \+nst$/);
  await amy.expect(/ 367 amy #tea mallory!\*@\*$/);
  const other = await chat.enter("other");
  other.say("JOIN #gone");
  assert(!(await other.sync()).some((line) => line.includes("private")));
});

Deno.test("the creator of a new room cannot read messages of a former room of that name", async () => {
  let now = 1_000_000;
  await using chat = await serving({ wallNow: () => now });
  const amy = await chat.enter("amy");
  amy.say("JOIN #den", "PRIVMSG #den :between us");
  await amy.sync();
  now += 1;
  amy.say("PART #den");
  await amy.sync();
  const bob = await chat.enter("bob", { caps: "batch draft/chathistory" });
  bob.say(
    "JOIN #den",
    "CHATHISTORY LATEST #den * 50",
    "CHATHISTORY TARGETS timestamp=1970-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z 10",
  );
  const lines = await bob.sync();
  assert(!lines.some((line) => /PRIVMSG|CHATHISTORY TARGETS/.test(line)), lines.join("\n"));
});

Deno.test("a new room returns only its own messages, not those of a former room of that name", async () => {
  let now = 1_000_000;
  await using chat = await serving({ wallNow: () => now });
  const amy = await chat.enter("amy", { caps: "batch draft/chathistory" });
  amy.say("JOIN #den", ...Array(60).fill("PRIVMSG #den :old"));
  await amy.sync();
  now += 10;
  amy.say("PART #den", "JOIN #den", ...[1, 2, 3, 4, 5].map((n) => `PRIVMSG #den :new ${n}`));
  await amy.sync();
  amy.say("CHATHISTORY AFTER #den timestamp=1970-01-01T00:00:00.000Z 50");
  const lines = (await amy.sync()).filter((line) => line.includes("PRIVMSG"));
  const texts = lines.map((line) => /(?:old|new \d)$/.exec(line)?.[0]);
  assert.deepEqual(texts, ["new 1", "new 2", "new 3", "new 4", "new 5"]);
});

Deno.test("a server does not start with a room whose modes cannot be read", async () => {
  using store = openStore(":memory:");
  const row = { name: "#tea", topic: undefined, topicBy: undefined, topicAt: undefined };
  store.rooms.save({
    ...row,
    founder: "amy",
    createdAt: 1,
    life: 1,
    modes: '{"flags":["x"],"bans":[]}',
  });
  const settings = { store, slots: 5, guests: true, limits: false, name: "chat.example" };
  await assert.rejects(startServer(settings), { name: "StoreError", fault: "corrupt" });
});

Deno.test("a room given up by its founder exists while it has members", async () => {
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const bob = await chat.enter("bob");
  amy.say("JOIN #tea,#empty", "PART #empty");
  await amy.sync();
  bob.say("JOIN #tea", "NS DISOWN #tea");
  await bob.expect(/ NOTICE bob :You are not signed in$/);
  const isStored = (name: string) => chat.store.rooms.list().some((room) => room.name === name);
  assert(isStored("#tea") && isStored("#empty"));
  amy.say("NS DISOWN #nowhere", "NS DISOWN #TEA", "NS DISOWN #empty", "NS DISOWN #tea", "LIST");
  const lines = await amy.until(/ 323 /);
  assert.deepEqual(
    lines.flatMap((line) => / NOTICE amy :(.*)/.exec(line)?.[1] ?? []),
    [
      "You own no room #nowhere",
      "You no longer own #tea",
      "You no longer own #empty",
      "You own no room #tea",
    ],
  );
  assert(lines.some((line) => / 322 amy #tea 2 /.test(line)));
  assert(!lines.some((line) => / 322 amy #empty /.test(line)));
  assert(!isStored("#tea") && !isStored("#empty"));
  amy.say("PART #tea", "JOIN #tea");
  await amy.expect(/ 353 amy = #tea :bob amy$/);
  amy.say("NS HELP");
  await amy.expect(/ NOTICE amy :DISOWN #ROOM: /);
});
