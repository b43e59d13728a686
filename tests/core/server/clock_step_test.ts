import assert from "node:assert/strict";
import { tempDir } from "../../helpers/mod.ts";
import { PASSWORD, serving } from "./serving.ts";

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 5, 1);

Deno.test("a step of the wall clock, three days either way", async (t) => {
  for (const stepMs of [3 * DAY_MS, -3 * DAY_MS]) {
    let wall = START, steady = 0;
    await using chat = await serving({
      guests: false,
      wallNow: () => wall,
      steadyNow: () => steady,
    });
    await chat.register("amy");
    const amy = await chat.enter("amy", { password: PASSWORD });
    const stranger = await chat.enter("stranger");
    const nc = await chat.connect({ plain: true });
    nc.send("~:help:\n");
    await nc.expect(/^\* Type a line/);
    wall += stepMs;
    wall += 5_000;
    steady += 5_000;
    const days = stepMs / DAY_MS;

    await t.step(`drops nobody (${days} days)`, async () => {
      for (const session of [...chat.server.context.directory.sessions]) session.check(steady);
      assert.deepEqual(await amy.sync(), []);
      assert.deepEqual(await stranger.sync(), []);
      nc.send("~:help:\n");
      await nc.expect(/^\* Type a line/);
    });

    await t.step(`makes nobody idle, nor here for days (${days} days)`, async () => {
      amy.say("WHOIS amy");
      const [line = ""] = (await amy.until(/ 318 /)).filter((line) => / 317 /.test(line));
      const signon = Math.floor((START + stepMs) / 1_000);
      assert.equal(line, `:irc.test 317 amy amy 5 ${signon} :seconds idle, signon time`);
    });

    await t.step(`is the time that is shown (${days} days)`, async () => {
      amy.say("TIME");
      await amy.expect(new RegExp(` 391 amy irc.test :${new Date(wall).toUTCString()}$`));
    });
  }
});

Deno.test("a clock that is wrong for a while hides no history and leaks none", async (t) => {
  await using folder = await tempDir();
  const database = `${folder.path}/chat.sqlite`;
  const year = 365 * DAY_MS;
  const starts: [string, number][] = [
    ["ahead at the first start", START + year],
    ["right", START],
    ["behind", START - year],
    ["right again", START + DAY_MS],
  ];
  const said: string[] = [];
  for (const [what, time] of starts) {
    await t.step(what, async () => {
      await using chat = await serving({ database, wallNow: () => time });
      if (said.length === 0) await chat.register("amy");
      const caps = "batch draft/chathistory server-time message-tags echo-message";
      const amy = await chat.enter("amy", { password: PASSWORD, caps });
      const first = said.length;
      for (const room of ["#lobby", "#tea"]) {
        amy.say(`JOIN ${room}`, `PRIVMSG ${room} :${what}`);
        await amy.expect(
          new RegExp(`^@time=${new Date(time).toISOString()};.*PRIVMSG ${room} :${what}$`),
        );
      }
      said.push(what);
      await amy.sync();
      for (const room of ["#lobby", "#tea"]) {
        amy.say(`CHATHISTORY LATEST ${room} * 50`);
        const lines = (await amy.sync()).filter((line) => line.includes("PRIVMSG"));
        assert.deepEqual(lines.map((line) => line.slice(line.lastIndexOf(":") + 1)), said);
        const ids = lines.map((line) => /msgid=([^; ]+)/.exec(line)?.[1] ?? "");
        amy.say(`CHATHISTORY AFTER ${room} msgid=${ids[0]} 50`);
        const later = (await amy.sync()).filter((line) => line.includes("PRIVMSG"));
        assert.equal(later.length, first, "what is after the first");
      }
      // A room made anew while the clock stands still, or is behind: the former one's words are not its own.
      for (const n of [1, 2]) {
        amy.say("JOIN #den", `PRIVMSG #den :secret ${n}`, "CHATHISTORY LATEST #den * 50");
        const lines = (await amy.sync()).filter((line) => /batch=.*secret/.test(line));
        assert.deepEqual(lines.map((line) => line.slice(-8)), [`secret ${n}`]);
        amy.say("PART #den", "NS DISOWN #den");
        await amy.sync();
      }
    });
  }
});
