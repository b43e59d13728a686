import assert from "node:assert/strict";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { addConfigFlag } from "../../../cmd/common/config.ts";
import { tempDir } from "../../helpers/mod.ts";

const number = (text: string) => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is no number.");
  return Number(text);
};

/** Runs a command like `serve` with a file beside it, and gives what it would act on. */
async function run(file: string, text: string, ...args: string[]) {
  await using dir = await tempDir();
  const path = join(dir.path, file);
  await Deno.writeTextFile(path, text);
  let seen: unknown;
  const command = new Command("serve").exitOverride()
    .argument("[port]", "", number)
    .option("--slots <n>", "", number, 20)
    .option("--guests")
    .option("--motd <file>")
    .option("--host <name...>")
    .addOption(new Option("--log-level <level>").choices(["info", "debug"]).default("info"))
    .action((port, options: Record<string, unknown>) => {
      const { config: _, ...given } = options;
      seen = { port, ...given };
    });
  addConfigFlag(command);
  await command.parseAsync([...args, "--config", path], { from: "user" });
  return seen;
}

Deno.test("--config says what the flags say, in TOML and in JSON", async () => {
  const expected = {
    port: 9000,
    slots: 50,
    guests: true,
    host: ["a", "b"],
    logLevel: "debug",
  };
  const toml = 'port = 9000\nslots = 50\nguests = true\nhost = ["a", "b"]\nlog-level = "debug"\n';
  assert.deepEqual(await run("chat.toml", toml), expected);
  const json =
    '{"port": 9000, "slots": 50, "guests": true, "host": ["a", "b"], "log-level": "debug"}';
  assert.deepEqual(await run("chat.json", json), expected);
});

Deno.test("flags win over --config, also when they say the default", async () => {
  assert.deepEqual(
    await run("chat.toml", "port = 9000\nslots = 50\nguests = false\n", "9001", "--slots", "20"),
    { port: 9001, slots: 20, guests: false, logLevel: "info" },
  );
});

Deno.test("--config names an unknown key and a wrong value with its line", async () => {
  const table: [string, RegExp][] = [
    ["slots = 5\nslotz = 5\n", /chat\.toml:2: unknown key "slotz"; known are port, slots, guests/],
    ["\nslots = 'x'\n", /chat\.toml:2: slots cannot be "x": It is no number\./],
    ["\n\nguests = 1\n", /chat\.toml:3: guests is true or false, not 1/],
    ["motd = true\n", /chat\.toml:1: motd is a text or a number, not true/],
    ["motd = ['a']\n", /chat\.toml:1: motd is a text or a number, not \["a"\]/],
    ["port = 'x'\n", /chat\.toml:1: port cannot be "x"/],
    ["log-level = 'loud'\n", /chat\.toml:1: log-level cannot be "loud": Allowed choices are/],
    ["config = 'x'\n", /chat\.toml:1: unknown key "config"/],
    ["[serve]\nslots = 1\n", /chat\.toml:1: unknown key "serve"/],
    ["slots = \n", /chat\.toml:1: /],
  ];
  for (const [text, message] of table) {
    await assert.rejects(run("chat.toml", text), { name: "CommandFailed", exitCode: 2, message });
  }
});

Deno.test("--config says that the file is missing", async () => {
  const command = new Command("serve").exitOverride().action(() => {});
  addConfigFlag(command);
  await assert.rejects(
    command.parseAsync(["--config", "/nowhere/chat.toml"], { from: "user" }),
    /Cannot read \/nowhere\/chat\.toml: there is no such file/,
  );
});
