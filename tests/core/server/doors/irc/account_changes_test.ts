import assert from "node:assert/strict";
import type { Verifier } from "../../../../../core/identity/verifier.ts";
import { NO_LIMITS } from "../../../../../core/net/throttle.ts";
import { Accounts } from "../../../../../core/server/accounts/accounts.ts";
import type { SqliteStore } from "../../../../../core/store/sqlite/sqlite_store.ts";
import { madeVerifier } from "../../../identity/made_verifier.ts";
import { PASSWORD, type Serving, serving } from "../../serving.ts";
import { plain, scram, scramUntilProof } from "./sasl.ts";

const OTHER = "battery-staple-9";

/** A guest who may use SASL. */
async function guest(chat: Serving, nick: string) {
  return await chat.enter(nick, { caps: "sasl" });
}

/** Runs `change` once, when the server has read an account and goes on to check a password against it. */
function onceRead(store: SqliteStore, change: () => void): void {
  const find = store.accounts.find.bind(store.accounts);
  store.accounts.find = (name) => {
    store.accounts.find = find;
    const account = find(name);
    change();
    return account;
  };
}

Deno.test("a SCRAM exchange that is finished late signs in to nothing but what it was checked against", async (t) => {
  await using chat = await serving();
  await chat.register("amy");

  await t.step("not with a password that was reset", async () => {
    const late = await guest(chat, "late-1");
    assert.equal(await scramUntilProof(late, "amy", PASSWORD), undefined);
    assert.equal((await chat.server.context.accounts.resetPassword("amy", OTHER)).state, "ok");
    late.say("AUTHENTICATE +");
    await late.expect(/ 904 late-1 :SASL authentication failed: Wrong name or password$/);
    assert.match((await scram(late, "amy", OTHER)).at(-1)!, / 903 amy :/);
  });

  await t.step("not to an account that was dropped", async () => {
    const late = await guest(chat, "late-2");
    assert.equal(await scramUntilProof(late, "amy", OTHER), undefined);
    const owner = await chat.enter("amy", { password: OTHER });
    owner.say(`NS DROP ${OTHER}`);
    await owner.expect(/Account amy is gone/);
    late.say("AUTHENTICATE +");
    await late.expect(/ 904 late-2 :/);
  });

  await t.step("not to somebody else's account of that name", async () => {
    const owner = await guest(chat, "owner");
    owner.say(`REGISTER amy * ${PASSWORD}`);
    await owner.expect(/REGISTER SUCCESS amy /);
    const late = await guest(chat, "late-3");
    assert.equal(await scramUntilProof(late, "amy", PASSWORD), undefined);
    owner.say(`NS DROP ${PASSWORD}`);
    await owner.expect(/Account amy is gone/);
    const next = await guest(chat, "next");
    next.say(`REGISTER amy * ${PASSWORD}`);
    await next.expect(/REGISTER SUCCESS amy /);
    late.say("AUTHENTICATE +");
    await late.expect(/ 904 late-3 :/);
  });
});

Deno.test("what was changed while a password was checked stays as it is", async (t) => {
  await using chat = await serving();
  await chat.register("amy");
  const { store } = chat;
  const [first, reset] = [await madeVerifier(PASSWORD), await madeVerifier(OTHER)];
  const isStill = (verifier: Verifier) =>
    assert.deepEqual(store.accounts.find("amy")?.verifier, verifier);
  let times = 0;
  const dropAndRegister = () => {
    store.accounts.drop("amy");
    assert.equal(store.accounts.create("amy", reset, ++times), "created");
  };

  for (
    const [what, change] of [
      ["was reset", () => void store.accounts.setVerifier("amy", reset)],
      ["belongs to another account by now", dropAndRegister],
    ] as const
  ) {
    await t.step(`a password that ${what} does not sign in`, async () => {
      store.accounts.setVerifier("amy", first);
      const client = await guest(chat, "visitor");
      onceRead(store, change);
      assert.match((await plain(client, "amy", PASSWORD)).at(-1)!, / 904 visitor :.*Wrong name/);
      await client[Symbol.asyncDispose]();
    });

    for (
      const command of [`PASSWD ${PASSWORD} third-horse-7`, `DROP ${PASSWORD}`]
    ) {
      await t.step(`${command} does nothing with a password that ${what}`, async () => {
        store.accounts.setVerifier("amy", first);
        const client = await chat.enter("amy", { password: PASSWORD });
        onceRead(store, change);
        client.say(`NS ${command}`);
        await client.expect(/NOTICE amy :Wrong name or password$/);
        isStill(reset);
        await client[Symbol.asyncDispose]();
      });
    }
  }

  await t.step("a reset wins over a change that began before it and takes longer", async () => {
    store.accounts.setVerifier("amy", first);
    const { accounts, bans, counters, known } = chat.server.context;
    const claim = { name: "amy", password: PASSWORD, address: "192.0.2.1" };
    // A password that was right is given back to the throttle before the new one is made.
    const giveBack = async () => void await accounts.resetPassword("amy", OTHER);
    const throttle = { ...NO_LIMITS, giveBack };
    const slow = new Accounts({
      store: store.accounts,
      serverName: "irc.test",
      throttle,
      bans,
      known,
      sessions: { countOf: () => 0, most: 9 },
      counters,
      steadyNow: Date.now,
      wallNow: Date.now,
    });
    assert.equal((await slow.changePassword(claim, "third-horse-7")).state, "wrong");
    assert.equal((await accounts.signIn({ ...claim, password: OTHER })).state, "ok");
  });

  await t.step("a reset changes nothing once the account is another one", async () => {
    onceRead(store, dropAndRegister);
    const { accounts } = chat.server.context;
    assert.deepEqual(await accounts.resetPassword("amy", "third-horse-7"), { state: "unknown" });
    isStill(reset);
  });
});

Deno.test("an account that is dropped leaves no room and no session behind, even when its owner is kicked meanwhile", async () => {
  await using chat = await serving();
  await chat.register("amy");
  const desk = await chat.enter("amy", { password: PASSWORD });
  desk.say("JOIN #den");
  await desk.sync();
  const phone = await chat.enter("amy", { password: PASSWORD });
  const { accounts, directory, hub } = chat.server.context;
  const [first] = directory.sessions;
  const drop = accounts.drop.bind(accounts);
  accounts.drop = async (claim) => {
    first?.close("Kicked");
    return await drop(claim);
  };
  desk.say(`NS DROP ${PASSWORD}`);
  await desk.untilClosed();
  const told = await phone.untilClosed();
  assert.equal(told.at(-1), "ERROR :Closing Link: Account was dropped");
  assert.equal(hub.rooms.find("#den"), undefined);
});

Deno.test("a password that its owner changes signs out the account's other sessions, by every door", async (t) => {
  await using chat = await serving();
  await chat.register("amy");
  await chat.register("bob");
  const enter = async () => {
    const desk = await chat.enter("amy", { password: PASSWORD });
    const phone = await chat.enter("amy", { password: PASSWORD });
    const line = await chat.connect({ plain: true });
    line.say("~:login amy:", PASSWORD);
    await line.expect(/signed in as amy/);
    return { desk, phone, line };
  };
  const bob = await chat.enter("bob", { password: PASSWORD });
  const changed = "Password was changed: sign in with the new one";

  await t.step("and tells the one that changed it, which stays", async () => {
    const { desk, phone, line } = await enter();
    desk.say(`NS PASSWD ${PASSWORD} ${OTHER}`);
    await desk.expect(/:Password changed\. Your 2 other sessions were signed out$/);
    assert.equal((await phone.untilClosed()).at(-1), `ERROR :Closing Link: ${changed}`);
    assert.equal((await line.untilClosed()).at(-1), `* Goodbye: ${changed}.`);
    await desk.sync();
    await bob.sync();
    desk.say(`NS PASSWD ${OTHER} ${PASSWORD}`);
    await desk.expect(/:Password changed$/);
    await desk[Symbol.asyncDispose]();
  });

  await t.step("but not with a wrong password", async () => {
    const { desk, phone, line } = await enter();
    desk.say(`NS PASSWD wrong-horse-7 ${OTHER}`);
    await desk.expect(/:Wrong name or password$/);
    await phone.sync();
    line.say("still here");
    await line.expect(/still here/);
  });

  await t.step("also when the one that changed it is gone by then", async () => {
    const { desk, phone, line } = await enter();
    const { accounts, directory } = chat.server.context;
    const change = accounts.changePassword.bind(accounts);
    accounts.changePassword = async (claim, next) => {
      for (const session of [...directory.sessions].slice(-3, -2)) session.close("Kicked");
      return await change(claim, next);
    };
    desk.say(`NS PASSWD ${PASSWORD} ${OTHER}`);
    assert.equal((await phone.untilClosed()).at(-1), `ERROR :Closing Link: ${changed}`);
    await line.untilClosed();
    assert.equal((await desk.untilClosed()).at(-1), "ERROR :Closing Link: Kicked");
  });
});

Deno.test("a SASL exchange under way ends with a sign-in by other means", async () => {
  await using chat = await serving();
  await chat.register("amy");
  await chat.register("bob");
  const session = await chat.enter("guest", { caps: "sasl" });
  session.say("AUTHENTICATE PLAIN");
  await session.expect(/AUTHENTICATE \+$/);
  session.say(`NS IDENTIFY amy ${PASSWORD}`);
  await session.expect(/ 900 .* amy /);
  session.say(`AUTHENTICATE ${new TextEncoder().encode(`\0bob\0${PASSWORD}`).toBase64()}`);
  const lines = await session.sync();
  assert(!lines.some((line) => / 900 /.test(line)), lines.join("\n"));
});
