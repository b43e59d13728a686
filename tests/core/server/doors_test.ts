import assert from "node:assert/strict";
import { join } from "node:path";
import { runAdminCommand } from "../../../core/server/doors/admin/commands.ts";
import { tempDir } from "../../helpers/mod.ts";
import { DOORS } from "./doors.ts";
import { PASSWORD, type Serving, serving } from "./serving.ts";

const ATTACKER = "127.0.0.2";
const OWNER = "127.0.0.3";

/** Lets IRC clients finish registration; nothing to PTCHAT. */
const END = "CAP END";

function storedTexts({ store, server }: Serving): readonly string[] {
  server.context.turn.finish();
  return store.history.query({ name: "#lobby", life: 1 }, { kind: "latest", limit: 100 }).map((
    { text },
  ) => text);
}

for (const door of DOORS) {
  const { lines, answers } = door;
  const isIrc = door.name.startsWith("IRC");
  const enterAsGuest = (name: string) => [...lines.enterAsGuest(name), ...(isIrc ? [END] : [])];

  Deno.test(`${door.name}: nobody speaks without signing in`, async () => {
    await using chat = await serving({ guests: false });
    await chat.register("amy");
    const amy = await chat.enter("amy", { password: PASSWORD });
    const stranger = await door.call(chat);
    stranger.say(lines.say("let me in"));
    await stranger.expect(answers.signInFirst);
    stranger.say(...enterAsGuest("eve"), lines.say("now?"));
    await stranger.expect(answers.signInFirst);
    stranger.say(lines.anybody);
    await stranger.expect(answers.anybody);
    assert.deepEqual((await amy.sync()).filter((line) => line.includes("PRIVMSG")), []);
    assert.deepEqual(storedTexts(chat), []);
  });

  Deno.test(`${door.name}: passwords cannot be tried for long, and nobody else is kept waiting`, async () => {
    await using chat = await serving({ limits: true });
    await chat.register("amy");
    const stranger = await door.call(chat, ATTACKER);
    for (let n = 0; n < 10; n++) {
      stranger.say(...lines.signIn("amy", `guess-${n}-of-many`));
      await stranger.expect(answers.wrong);
    }
    stranger.say(...lines.signIn("amy", PASSWORD));
    await stranger.expect(answers.limited);
    for (const other of DOORS) {
      const next = await other.call(chat, ATTACKER);
      next.say(...other.lines.signIn("AMY", PASSWORD));
      await next.expect(other.answers.limited);
      const owner = await other.call(chat, OWNER);
      owner.say(...other.lines.signIn("AMY", PASSWORD));
      await owner.expect(other.answers.signedIn);
    }
  });

  Deno.test(`${door.name}: an unknown name is answered as a wrong password is`, async () => {
    await using chat = await serving();
    const stranger = await door.call(chat);
    stranger.say(...lines.signIn("nobody", PASSWORD));
    await stranger.expect(answers.wrong);
  });

  Deno.test(`${door.name}: a banned account stays out, and only its owner learns that`, async () => {
    await using chat = await serving();
    await chat.register("amy");
    chat.server.context.bans.add({
      kind: "account",
      mask: "amy",
      reason: "spam",
      by: "test",
      forMs: undefined,
    });
    const caller = await door.call(chat);
    caller.say(...lines.signIn("Amy", "not-her-password"));
    await caller.expect(answers.wrong);
    caller.say(...lines.signIn("Amy", PASSWORD));
    await caller.expect(answers.banned);
    assert.equal(chat.server.context.hub.user("amy"), undefined);
  });

  Deno.test(`${door.name}: a ban ends what is open, and keeps the address out`, async () => {
    await using chat = await serving();
    await chat.register("amy");
    const amy = await door.call(chat, ATTACKER);
    amy.say(...lines.signIn("amy", PASSWORD));
    await amy.expect(answers.signedIn);
    const friend = await chat.enter("friend");
    await runAdminCommand(chat.server.context, {
      v: 1,
      command: "ban",
      kind: "cidr",
      mask: "127.0.0.2/31",
      reason: "spam",
    });
    assert.equal((await amy.untilClosed()).at(-1), answers.closed("Banned (spam)"));
    const again = await door.call(chat, ATTACKER);
    assert.deepEqual(await again.untilClosed(), [answers.refused("banned (spam)")]);
    await friend.sync();
  });

  Deno.test(`${door.name}: a ban of an account ends its connections, wherever they come from`, async () => {
    await using chat = await serving();
    await chat.register("amy");
    const amy = await door.call(chat);
    amy.say(...lines.signIn("amy", PASSWORD));
    await amy.expect(answers.signedIn);
    await runAdminCommand(chat.server.context, {
      v: 1,
      command: "ban",
      kind: "account",
      mask: "AMY",
      reason: "",
      forMs: 3_600_000,
    });
    assert.match(
      (await amy.untilClosed()).at(-1) ?? "",
      /Banned until \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
    );
  });

  Deno.test(`${door.name}: a guest cannot use an account's name, nor one that looks like it`, async () => {
    await using chat = await serving({ guests: true });
    await chat.register("Bill");
    const guest = await door.call(chat);
    for (const name of ["Bill", "bill", "BiIl"]) {
      guest.say(...enterAsGuest(name));
      await guest.expect(answers.nameTaken);
    }
    guest.say(...enterAsGuest("william"));
    await guest.expect(answers.entered);
  });

  Deno.test(`${door.name}: nobody can use or register the server's name, or that of a service`, async () => {
    await using chat = await serving({ guests: true, name: "club.example.org" });
    const guest = await door.call(chat);
    const newcomer = await door.call(chat);
    for (const name of ["NickServ", "Adm1n", "server", "Club", "club-example-org"]) {
      guest.say(...enterAsGuest(name));
      await guest.expect(answers.reserved);
      newcomer.say(...lines.register(name, PASSWORD));
      await newcomer.expect(/ame is reserved/);
    }
    guest.say(...enterAsGuest("charlotte"));
    await guest.expect(answers.entered);
  });

  Deno.test(`${door.name}: an account keeps its name on a server that is called alike later`, async () => {
    await using dir = await tempDir();
    const database = join(dir.path, "chat.sqlite");
    {
      await using before = await serving({ database, name: "irc.test" });
      await before.register("club");
    }
    await using chat = await serving({ database, name: "club.example.org" });
    const stranger = await door.call(chat);
    stranger.say(...enterAsGuest("club"));
    await stranger.expect(answers.nameTaken);
    const owner = await door.call(chat);
    owner.say(...lines.signIn("club", PASSWORD));
    await owner.expect(answers.signedIn);
  });

  Deno.test(`${door.name}: nobody finds out by the dozen which names are taken`, async () => {
    await using chat = await serving({ limits: true });
    await chat.register("amy");
    const caller = await door.call(chat, ATTACKER);
    for (let n = 0; n < 30; n++) {
      caller.say(...lines.register("amy", `${PASSWORD}-${n}`));
      await caller.expect(/ccount exists already/);
    }
    for (const name of ["amy", "4my", "zoe"]) {
      caller.say(...lines.register(name, PASSWORD));
      await caller.expect(/Too many attempts: wait \d+ seconds/);
    }
  });

  Deno.test(`${door.name}: an account's name is registered once`, async () => {
    await using chat = await serving();
    await chat.register("amy");
    const caller = await door.call(chat);
    caller.say(...lines.register("AMY", PASSWORD));
    await caller.expect(/ccount exists already/);
    caller.say(...lines.signIn("amy", PASSWORD));
    await caller.expect(answers.signedIn);
  });

  Deno.test(`${door.name}: over-long lines and garbage get a line each, and break nothing`, async () => {
    await using chat = await serving({ guests: true });
    const caller = await door.call(chat);
    caller.say(...enterAsGuest("eve"));
    await caller.expect(answers.entered);
    caller.say(lines.say("x".repeat(12_000)));
    await caller.expect(answers.tooLong);
    caller.send(
      Uint8Array.from([...new TextEncoder().encode(lines.say("\u0100")), 0xc3, 0x28, 0x0a]),
    );
    await caller.expect(answers.notText);
    caller.send(new Uint8Array(10_000).fill(0x0a));
    if (answers.notTaken) await caller.expect(answers.notTaken);
    caller.say(lines.anybody);
    await caller.expect(answers.anybody);
    assert.deepEqual(storedTexts(chat), []);
  });

  Deno.test(`${door.name}: no slot, no entry, and a word why`, async () => {
    await using chat = await serving({ slots: 2 });
    await chat.enter("amy");
    await chat.enter("bob");
    const late = await door.call(chat);
    assert.deepEqual(await late.untilClosed(), [
      answers.refused("server is full (2 of 2 slots in use)"),
    ]);
  });

  Deno.test(`${door.name}: strangers of one address get so many slots and no more`, async () => {
    await using chat = await serving({ slots: 100, limits: true });
    for (let n = 0; n < 20; n++) {
      const silent = await door.call(chat, ATTACKER);
      await silent.expect(/./);
    }
    const late = await door.call(chat, ATTACKER);
    assert.deepEqual(await late.untilClosed(), [
      answers.refused("too many connections from your address"),
    ]);
    const elsewhere = await door.call(chat);
    elsewhere.say(lines.anybody);
    await elsewhere.expect(answers.anybody);
  });
}
