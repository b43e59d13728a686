/** What is typed as a password at the PTCHAT door is never said. @module */
import assert from "node:assert/strict";
import { PASSWORD, type Serving, serving } from "../../serving.ts";

const SECRET = "open-sesame-1";

/** Types at the plain port, and gives what a room heard of it. */
async function heardOf(chat: Serving, lines: readonly string[]): Promise<string[]> {
  const watcher = await chat.enter(`watcher${Math.floor(Math.random() * 1e6)}`);
  watcher.say("JOIN #lobby");
  await watcher.sync();
  const typist = await chat.connect({ plain: true });
  typist.send([...lines, "~:help:", ""].join("\n"));
  await typist.expect(/this list$/); // the greeting names ~:help: as well
  const heard = await watcher.sync();
  await watcher[Symbol.asyncDispose]();
  await typist[Symbol.asyncDispose]();
  return heard.flatMap((line) => / PRIVMSG #lobby :(.*)$/.exec(line)?.[1] ?? []);
}

Deno.test("a password typed at the PTCHAT door is never said", async (t) => {
  await using chat = await serving({ guests: true });
  await chat.register("bob");
  const cases: [string, string[]][] = [
    ["by a guest who signs in", ["~:name zed:", "~:login bob:", SECRET]],
    ["by a guest who registers", ["~:name zed:", "~:register ann:", SECRET, SECRET]],
    ["after the name without its colon", ["~:name zed:", "~:login bob", SECRET]],
    ["after a mistyped command", ["~:name zed:", "~:logn bob:", SECRET]],
    ["after a command without its mark", ["~:name zed:", "login bob", SECRET]],
    ["after a name that cannot be one", ["~:register b!b:", SECRET, SECRET]],
    ["twice, to register", ["~:register fred:", SECRET, SECRET]],
    ["twice, to sign in", ["~:login bob:", PASSWORD, PASSWORD]],
    ["once more, a while later", [`~:login bob ${PASSWORD}:`, "~:lu:", PASSWORD]],
    ["wrong, and right after it", [
      "~:login bob:",
      "wrong-horse-7",
      "~:login bob:",
      PASSWORD,
      PASSWORD,
    ]],
  ];
  for (const [what, lines] of cases) {
    await t.step(what, async () => assert.deepEqual(await heardOf(chat, lines), []));
  }
  await t.step("and what follows is said", async () => {
    const lines = ["~:name zed:", "~:login bob:", SECRET, SECRET, "hello all"];
    assert.deepEqual(await heardOf(chat, lines), ["hello all"]);
  });
});
