import assert from "node:assert/strict";
import { serving } from "./serving.ts";

Deno.test("a room hears what a guest says in it", async () => {
  await using chat = await serving();
  const amy = await chat.enter("amy");
  const bob = await chat.enter("bob");
  for (const client of [amy, bob]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 /);
  }
  amy.say("PRIVMSG #tea :hello all");
  const [line] = await bob.expect(/PRIVMSG/);
  assert.equal(line, "PRIVMSG");
  assert.deepEqual(await amy.sync(), [":bob!bob@chat JOIN #tea"]);
});
