import assert from "node:assert/strict";
import type { IrcClient } from "../../../../helpers/irc_client.ts";
import { PASSWORD, serving } from "../../serving.ts";

Deno.test("several sessions of one account", async (t) => {
  await using chat = await serving({ guests: false });
  await chat.register("amy");
  await chat.register("bob");
  const desk = await chat.enter("amy", { password: PASSWORD });
  desk.say("JOIN #tea");
  await desk.expect(/ 366 /);
  const phone = await chat.enter("amy", { password: PASSWORD, caps: "echo-message" });
  const bob = await chat.enter("bob", { password: PASSWORD });
  bob.say("JOIN #tea");
  await bob.expect(/ 366 .*#tea/);
  const quiet = async (client: IrcClient) => assert.deepEqual(await client.sync(), []);
  await Promise.all([desk.sync(), phone.sync()]);

  await t.step(
    "the second one is shown the rooms of the first, and others hear nothing",
    async () => {
      const third = await chat.connect();
      third.say(`PASS amy:${PASSWORD}`, "NICK amy", "USER x 0 * :x");
      const lines = [...await third.until(/ 366 /), ...await third.until(/ 366 /)];
      assert.deepEqual(
        lines.filter((line) => / JOIN /.test(line)).map((line) => line.split(" ")[2]).sort(),
        ["#lobby", "#tea"],
      );
      third.say("QUIT :the third goes");
      await third.untilClosed();
      await quiet(bob);
      await quiet(desk);
    },
  );

  await t.step("what one says, the others see; itself only with echo-message", async () => {
    desk.say("PRIVMSG #tea :from the desk", "PRIVMSG bob :psst");
    await quiet(desk);
    await phone.expect(/^:amy!\S+ PRIVMSG #tea :from the desk$/);
    await phone.expect(/^:amy!\S+ PRIVMSG bob :psst$/);
    await bob.expect(/PRIVMSG #tea/);
    await bob.expect(/PRIVMSG bob/);
    phone.say("PRIVMSG #tea :from the phone");
    await phone.expect(/^:amy!\S+ PRIVMSG #tea :from the phone$/);
    await desk.expect(/^:amy!\S+ PRIVMSG #tea :from the phone$/);
    await bob.sync();
    bob.say("PRIVMSG amy :both?");
    await desk.expect(/PRIVMSG amy :both\?/);
    await phone.expect(/PRIVMSG amy :both\?/);
  });

  await t.step("what one joins or leaves, all do", async () => {
    phone.say("JOIN #cake");
    await desk.expect(/^:amy!\S+ JOIN #cake$/);
    await desk.expect(/ 366 amy #cake /);
    desk.say("PART #cake");
    await phone.expect(/^:amy!\S+ PART #cake$/);
    await desk.sync();
  });

  await t.step("signing out one takes it out of the rooms, and leaves the others", async () => {
    phone.say("NS LOGOUT");
    const lines = await phone.until(/You are signed out/);
    assert.deepEqual(
      lines.filter((line) => / (PART|NICK) /.test(line)).map((line) =>
        line.split(" ").slice(1, 3).join(" ")
      ).map((line) => line.replace(/guest\d+/, "guest")).sort(),
      ["NICK :guest", "PART #lobby", "PART #tea"].map((line) => line.replace(" :", " ")),
    );
    await quiet(desk);
    await quiet(bob);
  });

  await t.step("a guest who signs in leaves the rooms that only the guest was in", async () => {
    phone.say(`NS IDENTIFY amy ${PASSWORD}`);
    await phone.expect(/ NICK amy$/);
    await phone.expect(/ JOIN #lobby$/);
    await phone.sync();
    await quiet(desk);
  });

  await t.step("only the last one's end is a QUIT", async () => {
    desk.say("QUIT :bye");
    await desk.untilClosed();
    await quiet(bob);
    phone.say("QUIT :really");
    await bob.expect(/^:amy!\S+ QUIT :Quit: really$/);
  });
});

Deno.test("a guest leaves its rooms when it becomes a user who is not in them", async () => {
  await using chat = await serving();
  await chat.register("amy");
  const desk = await chat.enter("amy", { password: PASSWORD });
  const guest = await chat.enter("visitor");
  guest.say("JOIN #own");
  await guest.expect(/ 366 /);
  guest.say(`NS IDENTIFY amy ${PASSWORD}`);
  await guest.expect(/^:visitor!\S+ PART #own/);
  await guest.expect(/^:visitor!\S+ NICK amy$/);
  assert.deepEqual(await desk.sync(), []);
});

Deno.test("dropping an account", async (t) => {
  await using chat = await serving();
  await chat.register("amy");
  const amy = await chat.enter("amy", { password: PASSWORD });
  const phone = await chat.enter("amy", { password: PASSWORD });
  const bob = await chat.enter("bob");
  amy.say("JOIN #left", "JOIN #full", "PART #left");
  await amy.expect(/ PART /);
  bob.say("JOIN #full");
  await bob.expect(/ 366 /);
  assert.deepEqual(chat.store.rooms.list().map(({ name }) => name), ["#full", "#left", "#lobby"]);
  amy.say(`NS DROP ${PASSWORD}`);
  await amy.expect(/Account amy is gone/);

  await t.step("closes its other sessions", async () => {
    const lines = await phone.untilClosed();
    assert.equal(lines.at(-1), "ERROR :Closing Link: Account was dropped");
  });

  await t.step("leaves its rooms without a founder, and forgets the empty ones", async () => {
    assert.deepEqual(chat.store.rooms.list().map(({ name }) => name), ["#lobby"]);
    bob.say("LIST");
    const lines = await bob.until(/ 323 /);
    assert(lines.some((line) => / 322 bob #full 1 /.test(line)), lines.join("\n"));
    assert(!lines.some((line) => / 322 bob #left /.test(line)), lines.join("\n"));
  });

  await t.step("gives the next owner of the name no right to them", async () => {
    amy.say(`NS REGISTER amy ${PASSWORD}`, "JOIN #full");
    const lines = await amy.until(/ 366 amy #full /);
    assert(lines.some((line) => / 353 amy = #full :bob amy$/.test(line)), lines.join("\n"));
  });
});
