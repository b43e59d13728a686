import assert from "node:assert/strict";
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
      for (const visitor of [...chat.server.context.directory.visitors]) visitor.check(steady);
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

    await t.step(`is the time that is told (${days} days)`, async () => {
      amy.say("TIME");
      await amy.expect(new RegExp(` 391 amy irc.test :${new Date(wall).toUTCString()}$`));
    });
  }
});
