import assert from "node:assert/strict";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { serviceCommand } from "../../cmd/service.ts";
import { tempDir } from "../helpers/mod.ts";

const serve = () =>
  new Command("serve").argument("[port]").option("--slots <n>").option("--guests")
    .option("--data <dir>", "", "data").option("--certs <dir>", "", "certs").option(
      "--plain <port>",
    );

async function run(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(line);
  try {
    await serviceCommand(serve).exitOverride().parseAsync(args, { from: "user" });
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

Deno.test("chat service print carries the flags of serve and adds the state folder", async () => {
  const unit = await run("print", "9000", "--guests", "--slots", "50", "--program", "/opt/chat");
  assert.match(
    unit,
    /^ExecStart=\/opt\/chat serve 9000 --guests --slots 50 --data %S\/chat --certs %S\/chat\/certs$/m,
  );
  assert.match(unit, /^DynamicUser=yes$/m);
});

Deno.test("chat service print leaves given folders alone and asks for low ports only when needed", async () => {
  const low = await run(
    "print",
    "443",
    "--data",
    "/srv/chat",
    "--certs",
    "/srv/certs",
    "--name",
    "tea",
  );
  assert.match(low, /serve 443 --data \/srv\/chat --certs \/srv\/certs$/m);
  assert.match(low, /^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m);
  assert.match(low, /^StateDirectory=tea$/m);
  assert.match(await run("print", "--plain", "23"), /CAP_NET_BIND_SERVICE/);
  assert.doesNotMatch(await run("print", "9000"), /CAP_NET_BIND_SERVICE/);
});

Deno.test("chat service print needs no port: then it is 9000", async () => {
  assert.match(await run("print"), /^ExecStart=\S+ serve 9000 --data /m);
  assert.match(await run("print", "--slots", "50"), / serve 9000 --slots 50 --data /);
  assert.match(await run("print", "--plain", "8081"), / serve --plain 8081 --data /);
});

Deno.test("chat service print --user asks for nothing only root may have", async () => {
  const unit = await run("print", "--user", "9000");
  assert.doesNotMatch(unit, /DynamicUser|CapabilityBoundingSet/);
  assert.match(unit, /^WantedBy=default\.target$/m);
});

Deno.test("chat service print refuses what serve would refuse", async () => {
  for (
    const flags of [["9000", "--dance"], ["9000", "--slots"], ["many"], ["9000", "9001"], ["0"]]
  ) {
    await assert.rejects(run("print", ...flags), { name: "CommandFailed", exitCode: 2 });
  }
});

Deno.test("chat service install writes the unit once, and says what to run", async () => {
  await using dir = await tempDir();
  const told = await run("install", "9000", "--to", dir.path);
  assert.match(told, /sudo systemctl enable --now chat/);
  const unit = await Deno.readTextFile(join(dir.path, "chat.service"));
  assert.equal(unit.trimEnd(), await run("print", "9000"));
  await assert.rejects(run("install", "9000", "--to", dir.path), /is there already/);
  await run("install", "9001", "--to", dir.path, "--force");
  assert.match(await Deno.readTextFile(join(dir.path, "chat.service")), /serve 9001/);
});
