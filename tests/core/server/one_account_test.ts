/** One account has its share of a server, and no more. @module */
import assert from "node:assert/strict";
import { runAdminCommand } from "../../../core/server/doors/admin/commands.ts";
import { DOORS } from "./doors.ts";
import { PASSWORD, serving } from "./serving.ts";

Deno.test("one account holds half of the slots at most, with a message at every door", async (t) => {
  await using chat = await serving({ slots: 20, guests: false, limits: true });
  await chat.register("amy");
  await chat.register("bob");
  for (let n = 0; n < 10; n++) await chat.enter("amy", { password: PASSWORD });
  for (const door of DOORS) {
    await t.step(door.name, async () => {
      const caller = await door.call(chat);
      caller.say(...door.lines.signIn("amy", PASSWORD));
      await caller.expect(/has 10 sessions already/);
      caller.say(...door.lines.signIn("bob", PASSWORD));
      await caller.expect(door.answers.signedIn);
    });
  }
  await t.step("by PASS, and the connection ends", async () => {
    const caller = await chat.connect();
    caller.say(`PASS amy:${PASSWORD}`, "NICK amy", "USER a 0 * :a");
    assert.match((await caller.untilClosed()).at(-1) ?? "", /ERROR .*has 10 sessions already/);
  });
  await t.step("by NickServ", async () => {
    const caller = await chat.enter("stranger");
    caller.say(`NS IDENTIFY amy ${PASSWORD}`);
    await caller.expect(/has 10 sessions already/);
  });
});

Deno.test("a session that has signed in and not finished registering can be kicked by its name", async () => {
  await using chat = await serving({ guests: false });
  await chat.register("amy");
  const half = await chat.connect();
  half.say("CAP REQ sasl", "AUTHENTICATE PLAIN");
  half.say(`AUTHENTICATE ${btoa(`\0amy\0${PASSWORD}`)}`);
  await half.expect(/ 903 /);
  const { context } = chat.server;
  const request = { v: 1, command: "kick", name: "AMY", reason: "" } as const;
  assert.deepEqual(runAdminCommand(context, request), { closed: 1 });
  assert.match((await half.untilClosed()).at(-1) ?? "", /ERROR .*Kicked/);
  assert.throws(() => runAdminCommand(context, request), /Nobody here is called AMY/);
});
