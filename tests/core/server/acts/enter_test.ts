import assert from "node:assert/strict";
import { cleanUsername, enterHub } from "../../../../core/server/acts/enter.ts";
import { acting, FakeActor } from "./acting.ts";

Deno.test("enterHub() brings a guest in, and welcomes the slot", async () => {
  await using chat = acting();
  const actor = new FakeActor(chat.server);
  assert.deepEqual(await enterHub(chat.server, actor, { nick: "amy" }), { state: "entered" });
  assert.equal(actor.user?.mask, "amy!amy@chat");
  assert.equal(actor.user?.realname, "amy");
  assert.deepEqual(actor.slotCalls, ["welcome"]);
});

Deno.test("enterHub() leaves a stranger's slot as it is where guests may not speak", async () => {
  await using chat = acting({ guests: false });
  assert.deepEqual(chat.guest("amy").slotCalls, []);
});

Deno.test("enterHub() refuses a guest's nick that is taken, reserved or no name", async (t) => {
  await using chat = acting();
  await chat.register("bob");
  await chat.register("fred");
  await chat.member("fred");
  chat.guest("amy");
  const refusals = {
    "x y": { state: "bad-name" },
    "nickserv": { state: "reserved" },
    "irc": { state: "reserved" },
    "AMY": { state: "taken", hasAccount: false, usedBy: "guest" },
    "b0b": { state: "taken", hasAccount: true, usedBy: undefined },
    "Fred": { state: "taken", hasAccount: true, usedBy: "member" },
  };
  for (const [nick, refusal] of Object.entries(refusals)) {
    await t.step(nick, async () => {
      const actor = new FakeActor(chat.server);
      assert.deepEqual(await enterHub(chat.server, actor, { nick }), refusal);
      assert.equal(actor.user, undefined);
      assert.deepEqual(actor.slotCalls, []);
    });
  }
});

Deno.test("enterHub() joins the sessions of one account, and renames a guest in their way", async () => {
  await using chat = acting({ guests: false });
  const squatter = chat.guest("amy");
  await chat.register("amy");
  const desk = await chat.member("amy"), phone = await chat.member("amy");
  assert.equal(desk.user, phone.user);
  assert.match(squatter.user!.nick, /^guest\d{5}$/);
});

Deno.test("cleanUsername() leaves what may stand in a mask, and is never empty", () => {
  assert.equal(cleanUsername("a!m@y [x]"), "amyx");
  assert.equal(cleanUsername("!@"), "user");
});
