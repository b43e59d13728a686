import assert from "node:assert/strict";
import { join } from "node:path";
import { program, startServer, tempDir, Tmux } from "../helpers/mod.ts";
import { openTerminalClient, registerInTerminal } from "../helpers/terminal_client.ts";

const enter = { key: "Enter" };

async function register(terminal: Tmux, user: string): Promise<void> {
  const screen = await registerInTerminal(terminal, user, `password of ${user}`);
  assert.doesNotMatch(screen, /password of/);
}

Deno.test("two people talk in the terminal", async (t) => {
  await using server = await startServer();
  await using left = await openTerminalClient(server, { columns: 80, rows: 24 });
  await using right = await openTerminalClient(server, { columns: 40, rows: 16 });
  const [alice, bob] = [left.terminal, right.terminal];
  await register(alice, "alice");
  await register(bob, "bob");

  await t.step("a room message reaches the other terminal while its user types", async () => {
    const typed = (screen: string) =>
      screen.replaceAll(/\s/g, "").endsWith("alinethatbobisstillbusywith,so");
    await bob.type("a line that bob is still busy with, so");
    await bob.waitUntil("what bob types", typed);
    await alice.type("Hello bob 日本 👋", enter);
    await bob.waitUntil("what alice says above what bob types", (screen) => {
      return /alice.*Hello bob 日本 👋/.test(screen) && typed(screen);
    });
    await bob.type({ key: "C-c" });
  });

  await t.step("Tab completes a command and a name", async () => {
    await bob.type("/m", { key: "Tab" });
    await bob.waitFor(/\/ms?g?/);
    await bob.type({ key: "C-c" }, "hi @al", { key: "Tab" });
    await bob.waitFor(/hi @alice/);
    await bob.type(enter);
    await alice.waitFor(/bob.*hi @alice/);
  });

  await t.step("a private message is marked as direct", async () => {
    await bob.type("/msg alice between us", enter);
    await alice.waitFor(/direct.*between us/);
    await bob.waitFor(/between us.*(✓|delivered)/);
  });

  await t.step("the status line shows server, room, users and round trip", async () => {
    await alice.waitFor(
      new RegExp(`#lobby.*2.*:${server.port}.*ms|:${server.port}.*#lobby.*2.*ms`),
    );
  });

  await t.step("foreign escape sequences are shown, not obeyed", async () => {
    await bob.paste("red \x1b[31malert\x1b[2J");
    await bob.type(enter);
    await alice.waitFor(/red .*alert/);
    assert.match(await alice.screen(), /hi @alice/);
  });

  await t.step("a password on the command's line is refused, and not kept", async () => {
    await alice.type("/login alice password of alice", enter);
    await alice.waitFor(/! .*login/i);
  });

  await t.step("/exit gives the terminal back with 0, Ctrl-C with 130", async () => {
    await alice.type("/exit", enter);
    assert.equal(await alice.exitCode(), 0);
    await bob.type({ key: "C-c" });
    assert.equal(await bob.exitCode(), 130);
    const history = await Deno.readTextFile(join(left.home, "input_history"));
    assert.match(history, /^\/register alice\n/);
    assert.doesNotMatch(history, /password of/);
  });
});

Deno.test("a new server's fingerprint is shown and asked about", async () => {
  await using server = await startServer();
  await using folder = await tempDir();
  const args = ["connect", server.hostname, String(server.port), "--home", folder.path];
  await using start = await program(args);
  await using terminal = await Tmux.start(start, { columns: 120 });
  await terminal.waitFor(new RegExp(server.fingerprint.slice(0, 29)));
  await terminal.type("no", enter);
  assert.equal(await terminal.exitCode(), 1);
});
