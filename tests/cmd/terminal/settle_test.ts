import assert from "node:assert/strict";
import { join } from "node:path";
import { unansweredTexts } from "../../../cmd/terminal/settle.ts";
import { register, startClient, startServer, tempDir } from "../../helpers/mod.ts";

const PASSWORD = "correct horse battery";

Deno.test("unansweredTexts() names for each person what is waited for", () => {
  const one = (to: string, name: string, state = "waiting") => (
    { offer: { direction: "out", to, names: [name] } as const, state }
  );
  const texts = unansweredTexts([
    one("bob", "a.bin"),
    one("carl", "b.bin"),
    one("bob", "c.bin"),
    one("bob", "running.bin", "running"),
    { ...one("amy", "theirs.bin"), offer: { direction: "in", to: "amy", names: ["theirs.bin"] } },
  ]);
  assert.deepEqual(texts, [
    "Waiting for bob to answer: a.bin, c.bin (5 min at most, Ctrl-C ends it)",
    "Waiting for carl to answer: b.bin (5 min at most, Ctrl-C ends it)",
  ]);
});

Deno.test("the end of the input, and /exit, say once whose answer is waited for", async () => {
  await using server = await startServer();
  await using folder = await tempDir();
  const path = join(folder.path, "a.bin");
  await Deno.writeTextFile(path, "hello");
  await using bob = await startClient(server, { flags: ["--downloads", folder.path] });
  await register(bob, "bob", PASSWORD);
  for (const [user, end] of [["amy", "/exit"], ["carl", undefined]] as const) {
    await using amy = await startClient(server);
    await register(amy, user, PASSWORD);
    await amy.say(`/file bob ${path}`);
    await bob.event("offer");
    if (end) await amy.say(end);
    else await amy.endInput();
    await amy.event(
      "notice",
      ({ text }) => /^Waiting for bob to answer: a\.bin \(/.test(`${text}`),
    );
    await bob.say("/accept");
    await bob.event("received");
    assert.equal(await amy.exit(), 0);
    assert.equal(amy.stdout.split("Waiting for").length, 2);
  }
});
