import assert from "node:assert/strict";
import { join } from "node:path";
import { register, startClient, startServer, tempDir } from "../helpers/mod.ts";
import { openTerminalClient, registerInTerminal } from "../helpers/terminal_client.ts";

const PASSWORD = "correct horse battery";
const enter = { key: "Enter" };

Deno.test("files on a terminal", async (t) => {
  await using server = await startServer();
  await using folder = await tempDir();
  const path = (name: string) => join(folder.path, name);
  await Deno.mkdir(path("from"));
  await Deno.writeTextFile(path("from/my notes.txt"), "hello");
  const cwd = path("from");
  const place = { cwd, flags: ["--downloads", cwd], columns: 100, rows: 20 };
  await using client = await openTerminalClient(server, place);
  const { terminal } = client;
  await registerInTerminal(terminal, "amy", PASSWORD);
  await using bob = await startClient(server, { flags: ["--downloads", path("downloads")] });
  await register(bob, "bob", PASSWORD);

  await t.step("Tab completes the name, and the path as it has to be typed", async () => {
    await terminal.waitFor(/bob has come in/);
    await terminal.type("/file b", { key: "Tab" }, "m", { key: "Tab" });
    await terminal.waitFor(/\/file bob my\\ notes\.txt$/m);
    await terminal.type(enter);
    const offer = await bob.event("offer");
    assert.deepEqual(offer["names"], ["my notes.txt"]);
    await terminal.waitFor(/\[1\] Offered to bob: my notes\.txt, 5 B/);
    await bob.say("/accept");
    await bob.event("received");
    await terminal.waitFor(/\[1\] bob has .*my notes\.txt \(5 B\)/);
  });

  const bar = /^\[2\] large\.bin from bob ([█▏▎▍▌▋▊▉]*)(·*) +(\d+)%.*\/s/m;
  await t.step("each transfer has a bar that grows in place, above what is typed", async () => {
    using file = await Deno.create(path("large.bin"));
    await file.truncate(1_500_000_000);
    await bob.say(`/file amy ${path("large.bin")}`);
    await terminal.waitFor(/\[2\] bob offers you: large\.bin, 1\.50 GB\. \/accept 2 or \/reject 2/);
    await terminal.type("/accept", enter);
    await terminal.type("still typing");
    const first = await terminal.waitFor(bar);
    const shown = Number(bar.exec(first)?.[3]);
    await terminal.waitUntil("one bar that has grown, above what is typed", (screen) => {
      const [barRow = "", status = "", typed = ""] = screen.split("\n").slice(-3);
      const grown = Number(bar.exec(barRow)?.[3] ?? 0) > shown;
      const bars = screen.split("\n").filter((row) => bar.test(row)).length;
      return grown && bars === 1 && status.includes("#lobby") && typed.endsWith("> still typing");
    });
    await bob.say("and talking");
    await terminal.waitFor(/bob.*and talking/);
    bob.kill("SIGSTOP"); // so that it is not done before the next step
  });

  await t.step("/exit says what is under way, /cancel ends it", async () => {
    await terminal.type({ key: "C-c" }, "/exit", enter);
    await terminal.waitFor(/1 transfer under way: \/exit now ends it, too/);
    await terminal.type("/cancel 2", enter);
    bob.kill("SIGCONT");
    await terminal.waitUntil("a cancelled transfer without a bar", (screen) => {
      return screen.includes("large.bin from bob: cancelled") && !bar.test(screen);
    });
    assert.equal((await bob.event("error"))["code"], "transfer-cancelled");
    await terminal.type("/exit", enter);
    assert.equal(await terminal.exitCode(), 0);
  });
});
