import assert from "node:assert/strict";
import { join } from "node:path";
import { findOnPath } from "../scripts/needed_programs.ts";
import config from "../deno.json" with { type: "json" };
import { permissionFlags, V8_FLAGS } from "../scripts/permissions.ts";
import { freePort, ROOT, startChat, tempDir } from "./helpers/mod.ts";

// All that the file may expect of a system besides its kernel and libc.
const NEEDED = [
  ...["sh", "gzip", "tail", "head", "wc", "tr", "cut", "ls", "id", "find", "mkdir", "mv", "rm"],
  ...["chmod", "sha256sum"],
];

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** A built `chat` in a folder where nothing else is, and a PATH without Deno and Node. */
async function bareSystem() {
  const folder = await tempDir();
  const at = (name: string) => join(folder.path, name);
  await Deno.mkdir(at("bin"));
  for (const name of NEEDED) {
    const path = findOnPath(name);
    assert.ok(path, `no ${name} on this system`);
    await Deno.symlink(path, join(at("bin"), name));
  }
  await Deno.mkdir(at("empty"));
  return {
    at,
    file: at("chat"),
    run: (args: readonly string[], env: Readonly<Record<string, string>> = {}, file = at("chat")) =>
      run(file, args, { PATH: at("bin"), HOME: at("home"), ...env }, at("empty")),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function run(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Outcome> {
  const start = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(file, {
    args: [...args],
    env: { ...env },
    clearEnv: true,
    cwd,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const ms = Math.round(performance.now() - start);
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr), ms };
}

async function compile(output: string, ...flags: readonly string[]): Promise<Outcome> {
  const args = [join(ROOT, "compile.sh"), "--output", output, ...flags];
  const deno = join(output, "..", "bin-deno");
  await Deno.mkdir(deno, { recursive: true });
  await Deno.symlink(Deno.execPath(), join(deno, "deno"));
  const env = { ...Deno.env.toObject(), PATH: `${deno}:${Deno.env.get("PATH") ?? ""}` };
  return await run("/bin/sh", args, env, ROOT);
}

/** The one folder of unpacked files below `home`. */
async function unpackedFolder(home: string): Promise<string> {
  const cache = join(home, ".cache", "chat");
  const [first, ...others] = await Array.fromAsync(Deno.readDir(cache));
  assert.deepEqual(others, []);
  assert.ok(first);
  return join(cache, first.name);
}

/** What tells a file from another one of the same name. */
async function filesIn(folder: string): Promise<Record<string, unknown>> {
  const files: Record<string, unknown> = {};
  for await (const { name } of Deno.readDir(folder)) {
    const { ino, ctime } = await Deno.stat(join(folder, name));
    files[name] = { ino, ctime };
  }
  assert.ok(Object.keys(files).length > 1);
  return files;
}

Deno.test("the tasks that run the program set up V8 as the compiled file does", () => {
  for (const task of [config.tasks.chat, config.tasks.serve]) {
    assert(task.command.split(" ").includes(V8_FLAGS), task.command);
  }
});

Deno.test("the permissions of what is built are those of deno.json", () => {
  const flags = permissionFlags();
  assert.ok(flags.includes("--allow-run=ffmpeg,ffplay"));
  const allowed = /^--(allow|ignore|unstable)-[a-z]+(=[\w,]+)?$|^--v8-flags=[\w=,-]+$/;
  assert.ok(flags.every((flag) => allowed.test(flag)));
  assert.ok(!flags.includes("--allow-all"));
});

Deno.test("compile.sh says what is wrong with its arguments", async () => {
  await using folder = await tempDir();
  const { code, stderr } = await compile(join(folder.path, "chat"), "--targte", "x");
  assert.equal(code, 2);
  assert.match(stderr, /--targte/);
  assert.match(stderr, /Usage: /);
});

Deno.test("compile.sh makes one file that needs nothing else", async (t) => {
  await using system = await bareSystem();
  const built = await compile(system.file, "--self-unpacking");
  assert.equal(built.code, 0, built.stderr);
  const size = (await Deno.stat(system.file)).size;
  assert.ok(size < 50e6, `${size} bytes`);

  await t.step("two first starts at the same time both work", async () => {
    const outcomes = await Promise.all([
      system.run(["--version"]),
      system.run(["--version"]),
    ]);
    for (const { code, stderr } of outcomes) assert.equal(code, 0, stderr);
    await unpackedFolder(system.at("home"));
  });

  await t.step("the second start does not unpack again", async () => {
    const home = system.at("home2");
    const first = await system.run(["--version"], { HOME: home });
    const unpacked = await filesIn(await unpackedFolder(home));
    const second = await system.run(["--version"], { HOME: home });
    assert.match(second.stdout, /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual(await filesIn(await unpackedFolder(home)), unpacked);
    console.log(`first start ${first.ms} ms, second start ${second.ms} ms`);
  });

  await t.step("keygen writes a pair where it was called", async () => {
    const { code, stdout, stderr } = await system.run(["keygen"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Fingerprint: +SHA256 [0-9A-F:]{95}\n/);
    const key = await Deno.stat(system.at("empty/certs/key.pem"));
    assert.equal((key.mode ?? 0) & 0o777, 0o600);
  });

  await t.step("serve and connect talk to each other", async () => {
    const port = String(freePort());
    const bare = { binary: system.file, cwd: system.at("empty"), env: { PATH: system.at("bin") } };
    await using server = await startChat(["serve", port, "--data", "data"], bare);
    await server.line(new RegExp(`^Chat server started on port ${port}\\.$`));
    const connect = ["connect", "127.0.0.1", port, "--home", "user", "--trust-new", "--json"];
    await using client = await startChat(connect, bare);
    await client.event("connected");
    await client.endInput();
    assert.equal(await client.exit(), 0);
  });

  await t.step("a damaged cache is repaired", async () => {
    const folder = await unpackedFolder(system.at("home"));
    for (const name of ["deno", "chat.js"]) {
      using file = await Deno.open(join(folder, name), { write: true });
      await file.write(new TextEncoder().encode("damaged"));
      assert.equal((await system.run(["--version"])).code, 0, name);
      await Deno.truncate(join(folder, name), 1000);
      assert.equal((await system.run(["--version"])).code, 0, name);
      await Deno.remove(join(folder, name));
      assert.equal((await system.run(["--version"])).code, 0, name);
    }
  });

  await t.step("a cache folder that others could write to is refused", async () => {
    const refused = async (name: string, pattern: RegExp) => {
      const { code, stderr } = await system.run(["--version"], { XDG_CACHE_HOME: system.at(name) });
      assert.equal(code, 1, stderr);
      assert.match(stderr, pattern);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
    };
    await Deno.mkdir(system.at("open/chat"), { recursive: true });
    await Deno.chmod(system.at("open/chat"), 0o777);
    await refused("open", /open to other users \(drwxrwxrwx\)/);
    await Deno.mkdir(system.at("link"));
    await Deno.symlink(system.at("home/.cache/chat"), system.at("link/chat"));
    await refused("link", /symbolic link/);
    if (Deno.uid() !== 0) return;
    await Deno.mkdir(system.at("foreign/chat"), { recursive: true, mode: 0o700 });
    await Deno.chown(system.at("foreign/chat"), 65534, 65534);
    await refused("foreign", /belongs to another user/);
  });

  await t.step("a cache folder that cannot be made, or is not named, is said", async () => {
    const unwritable = await system.run([], { XDG_CACHE_HOME: "/proc/self" });
    assert.match(unwritable.stderr, /^chat: cannot make the folder \/proc\/self\/chat .*\n$/);
    const unnamed = await system.run([], { HOME: "", XDG_CACHE_HOME: "relative" });
    assert.match(unnamed.stderr, /^chat: cannot unpack: neither HOME nor XDG_CACHE_HOME .*\n$/);
    assert.deepEqual([unwritable.code, unnamed.code], [1, 1]);
  });

  await t.step("a truncated or damaged download says so and leaves nothing", async () => {
    const broken = system.at("broken");
    await Deno.copyFile(system.file, broken);
    {
      using file = await Deno.open(broken, { read: true, write: true });
      await file.seek(-1_000_000, Deno.SeekMode.End);
      await file.write(new TextEncoder().encode("damaged"));
    }
    const home = { HOME: system.at("home3") };
    const damaged = await system.run(["--version"], home, broken);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stderr, /^chat: (this file is damaged|cannot unpack).*\n$/);
    await Deno.truncate(broken, size - 1_000);
    const truncated = await system.run(["--version"], home, broken);
    assert.equal(truncated.code, 1);
    assert.match(
      truncated.stderr,
      new RegExp(`incomplete or changed: ${size - 1_000} of ${size} `),
    );
    const left = await Array.fromAsync(Deno.readDir(join(home.HOME, ".cache/chat")));
    assert.ok(left.every(({ name }) => !name.startsWith("new-")), JSON.stringify(left));
  });
});

Deno.test("compile.sh for another system says when it cannot", async () => {
  await using folder = await tempDir();
  const other = Deno.build.os === "darwin" ? "x86_64-unknown-linux-gnu" : "aarch64-apple-darwin";
  const output = join(folder.path, "chat");
  const { code, stderr } = await compile(output, "--target", other, "--self-unpacking");
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`cannot make a program for ${other} here`));
});
