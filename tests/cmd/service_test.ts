import assert from "node:assert/strict";
import { join } from "node:path";
import { addConfigFlag } from "../../cmd/common/config.ts";
import { serveFlags } from "../../cmd/serve/flags.ts";
import { serviceCommand } from "../../cmd/service.ts";
import { foldersToWrite, readServeFlags } from "../../cmd/service/flags.ts";
import { tempDir } from "../helpers/mod.ts";

const serve = () => {
  const command = serveFlags();
  addConfigFlag(command);
  return command;
};

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
  await assert.rejects(run("install", "9000", "--to", dir.path), /exists already/);
  await run("install", "9001", "--to", dir.path, "--force");
  assert.match(await Deno.readTextFile(join(dir.path, "chat.service")), /serve 9001/);
});

Deno.test("chat service print makes paths absolute, and lets the service write where it has to", async (t) => {
  await t.step("relative ones, however they are given", async () => {
    await using dir = await tempDir();
    const { path } = dir;
    const here = Deno.cwd();
    Deno.chdir(path);
    try {
      const unit = await run(
        "print",
        "--user",
        "--motd",
        "motd.txt",
        "--certs=../pair",
        "--guests",
      );
      const parent = join(path, "..");
      assert.match(
        unit,
        new RegExp(
          ` serve 9000 --motd ${path}/motd\\.txt --certs=${parent}/pair --guests --data %S/chat$`,
          "m",
        ),
      );
    } finally {
      Deno.chdir(here);
    }
  });

  const writable = async (...flags: string[]) =>
    /^ReadWritePaths=(.*)$/m.exec(await run("print", ...flags))?.[1];
  const cases: readonly (readonly [flags: readonly string[], paths: string | undefined])[] = [
    [["--log-file", "/srv/x.log"], "/srv"],
    [["--log-file=/srv/chat/x.log", "--data", "/srv/chat"], "/srv/chat"],
    [["--data", "/srv/our chat"], '"/srv/our chat"'],
    [["--certs", "/etc/letsencrypt/live/x", "--motd", "/etc/motd"], undefined],
    [["--data", "/var/lib/chat/own", "--log-file", "%S/chat/log"], undefined],
    [["--data", "/var/lib/chat-2"], "/var/lib/chat-2"],
    [["--user", "--log-file", "/srv/x.log"], undefined],
  ];
  for (const [flags, paths] of cases) {
    await t.step(flags.join(" "), async () => assert.equal(await writable(...flags), paths));
  }

  await t.step("but not where it would see nothing", async () => {
    for (
      const flags of [["--motd", "/root/motd"], ["--log-file", "/tmp/x.log"], [
        "--config",
        "/home/amy/chat.toml",
      ]]
    ) {
      await assert.rejects(run("print", ...flags), {
        name: "CommandFailed",
        message: /^The service cannot see \/.* \(--(?:motd|log-file|config)\): put it under /,
      });
    }
  });

  await t.step("also what stands in a configuration file", async () => {
    await using dir = await tempDir();
    const config = join(dir.path, "chat.toml");
    await Deno.writeTextFile(config, 'port = 443\nlog-file = "/srv/log/chat.log"\n');
    const read = await readServeFlags(serve(), ["--config", config]);
    assert.deepEqual(read.ports, [443]);
    assert.deepEqual(foldersToWrite({ paths: { logFile: read.paths.logFile! } }, "chat"), [
      "/srv/log",
    ]);
    await run("print", "--config", "/etc/chat/not-written-yet.toml");
    await Deno.writeTextFile(config, 'dance = "tango"\n');
    await assert.rejects(run("print", "--user", "--config", config), /unknown key "dance"/);
  });
});

Deno.test("chat service install says how to make the folders it writes to", async () => {
  await using dir = await tempDir();
  const told = await run("install", "--log-file", "/srv/our log/x.log", "--to", dir.path);
  assert.match(told, /^ {2}sudo useradd --system chat /m);
  assert.match(told, /^ {2}sudo install -d -o chat -m 0700 '\/srv\/our log'$/m);
});
