import assert from "node:assert/strict";
import { join } from "node:path";
import { program, register, startClient, startServer, tempDir, Tmux } from "../helpers/mod.ts";

const PASSWORD = "correct horse battery";
const ENTER = { key: "Enter" };

Deno.test("chat connect on a terminal", async (t) => {
  await using server = await startServer();
  await using dir = await tempDir();
  await using start = await program([
    "connect",
    server.hostname,
    String(server.port),
    ...["--home", join(dir.path, "home")],
  ]);
  await using terminal = await Tmux.start(start, { columns: 100, rows: 30 });

  await t.step("shows an unknown server's key and asks about it", async () => {
    const screen = await terminal.waitFor(/Is it the same\? \(yes\/no\)/);
    assert(screen.replaceAll("\n", "").includes(server.fingerprint.slice(0, 60)), screen);
    await terminal.type("yes", ENTER);
    await terminal.waitFor(/Connected to 127\.0\.0\.1/);
  });

  await t.step("makes an account by a bare word, with a password that is never seen", async () => {
    await terminal.type("register amy", ENTER);
    await terminal.waitFor(/Password for the new account amy:/);
    await terminal.type(PASSWORD, ENTER);
    await terminal.waitFor(/Once more:\s*$/);
    await terminal.type(PASSWORD, ENTER);
    await terminal.waitFor(/Signed in as amy/);
    const all = await terminal.screen({ scrollback: true });
    assert(!all.includes("horse"), all);
  });

  await t.step("changes no password for one that is typed in two ways", async () => {
    await terminal.type("/passwd", ENTER);
    await terminal.waitFor(/Old password:\s*$/);
    await terminal.type(PASSWORD, ENTER);
    await terminal.waitFor(/New password:\s*$/);
    await terminal.type("battery-staple-8", ENTER);
    await terminal.waitFor(/Once more:\s*$/);
    await terminal.type("battery-staple-9", ENTER);
    await terminal.waitFor(/The two are not the same/);
    const all = await terminal.screen({ scrollback: true });
    assert(!all.includes("staple"), all);
  });

  await t.step("says who and where we are on the status line", async () => {
    await terminal.waitFor(/amy on 127\.0\.0\.1:\d+ +#lobby \(1 user\) +\d+ ms/);
  });

  await t.step(
    "shows what others say above what is being typed, and marks our own name",
    async () => {
      await using bob = await startClient(server);
      await register(bob, "bob", PASSWORD);
      await terminal.waitFor(/bob has come in/);
      await terminal.type("half a sent");
      await bob.say("are you there, amy?");
      await terminal.waitFor(/bob: are you there, amy\?\n.*\n#lobby > half a sent$/);
      const colored = await terminal.screen({ escapes: true });
      assert(/33mare you there, amy\?/.test(colored), colored);
      await terminal.type("ence", ENTER);
      await bob.event("message", ({ text }) => text === "half a sentence");

      await terminal.type("/msg b", { key: "Tab" }, "psst", ENTER);
      assert.equal((await bob.event("private"))["text"], "psst");
      await terminal.waitFor(/\[direct\] to bob: psst ✓/);
      await bob.say("/msg amy hush");
      await terminal.waitFor(/\[direct\] from bob: hush/);
    },
  );

  await t.step(
    "explains its commands, and names the nearest to one that there is not",
    async () => {
      await terminal.type("/help verify", ENTER);
      await terminal.waitFor(/Read it to each other/);
      await terminal.type("/hlep", ENTER);
      await terminal.waitFor(/did you mean \/help\?/);
    },
  );

  await t.step("leaves the terminal as it was, with 0 after /exit", async () => {
    await terminal.type("/exit", ENTER);
    assert.equal(await terminal.exitCode(), 0);
  });

  await t.step("takes a password typed too early for the password, and never says it", async () => {
    for (const term of ["tmux-256color", "dumb"]) {
      await using home = await program([
        ...["connect", server.hostname, String(server.port), "--user", "amy"],
        ...["--home", join(dir.path, "home")],
      ]);
      await using early = await Tmux.start(home, { env: { TERM: term } });
      await early.type(PASSWORD, ENTER);
      await early.waitFor(/Signed in as amy/);
      await early.type("/exit", ENTER);
      assert.equal(await early.exitCode(), 0);
    }
    await using cara = await startClient(server);
    await register(cara, "cara", PASSWORD);
    await cara.event("message", ({ text }) => text === "half a sentence"); // what was said is replayed
    await cara.say("last");
    const { text } = await cara.event("message", ({ text }) => text !== "are you there, amy?");
    assert.equal(text, "last");
  });

  await t.step("asks again until the answer is yes or no", async () => {
    await using stranger = await program([
      ...["connect", server.hostname, String(server.port)],
      ...["--home", join(dir.path, "stranger")],
    ]);
    await using unsure = await Tmux.start(stranger);
    await unsure.waitFor(/Is it the same/);
    await unsure.type("perhaps", ENTER);
    await unsure.waitFor(/Type yes or no:/);
    await unsure.type("n", ENTER);
    assert.equal(await unsure.exitCode(), 1);
    const screen = (await unsure.screen()).replaceAll("\n", "");
    assert.equal(screen.split("has never been seen. Its certificate").length, 2, screen);
  });
});
