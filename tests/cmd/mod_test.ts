import assert from "node:assert/strict";
import { program, runChat, Tmux } from "../helpers/mod.ts";
import config from "../../deno.json" with { type: "json" };

Deno.test("chat --version prints the version of deno.json", async () => {
  const { code, stdout, stderr } = await runChat(["--version"]);
  assert.deepEqual({ code, stdout, stderr }, {
    code: 0,
    stdout: `${config.version}\n`,
    stderr: "",
  });
});

Deno.test("chat ends with 2 and one clear line when a command is unknown", async () => {
  const { code, stderr } = await runChat(["sing"]);
  assert.equal(code, 2);
  assert.match(stderr, /sing/);
});

Deno.test("chat --help works on a terminal of 40 columns", async () => {
  await using start = await program(["--help"]);
  await using terminal = await Tmux.start(start, { columns: 40, rows: 80 });
  await terminal.waitFor(/-V, --version/);
  assert.equal(await terminal.exitCode(), 0);
});

Deno.test("chat --help names every command", async () => {
  const { stdout } = await runChat(["--help"]);
  const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  const own = ["serve", "connect", "keygen", "service", "admin", "bench", "doctor"];
  assert.deepEqual(names, [...own, "completion", "help"]);
});

Deno.test("chat completion prints a script, and chat complete answers it", async () => {
  const { stdout: script } = await runChat(["completion", "bash"]);
  assert.match(script, /chat complete -- /);
  const bash = new Deno.Command("bash", { args: ["-n", "-c", script] });
  assert.equal((await bash.output()).code, 0);
  const offers = async (...words: string[]) =>
    (await runChat(["complete", "--", ...words])).stdout.matchAll(/^[a-z-]+/gm).map(([word]) =>
      word
    ).toArray();
  assert.deepEqual(await offers("ser"), ["serve", "service"]);
  assert.deepEqual(await offers("serve", "--sl"), ["--slots"]);
  assert.deepEqual((await runChat(["completion", "tcsh"])).code, 2);
});
