import assert from "node:assert/strict";
import { runChat, type RunResult, tempDir } from "../helpers/mod.ts";
import { makePipe } from "../helpers/pipe.ts";

/** Long enough for a busy machine; opening a pipe without another end would block without limit. */
const WAIT_MS = 60_000;

function refused({ code, stdout, stderr }: RunResult, pattern: RegExp): void {
  assert.notEqual(code, 0, stdout);
  assert.match(stderr, pattern);
  assert.doesNotMatch(stderr, /\bat .*\.ts:\d+/, "no stack trace");
}

Deno.test("a path that leads to no regular file is refused in words, and not waited for", async (t) => {
  await using dir = await tempDir();
  const at = (name: string) => `${dir.path}/${name}`;
  await makePipe(at("pipe"));
  for (const folder of ["certs", "data", "home/identity"]) {
    await Deno.mkdir(at(folder), { recursive: true });
  }
  await makePipe(at("certs/key.pem"));
  await makePipe(at("data/chat.sqlite"));
  await makePipe(at("home/identity/identity.pem"));
  await Deno.mkdir(at("dangling"));
  await Deno.symlink("/nowhere/fullchain.pem", at("dangling/cert.pem"));
  await Deno.symlink("/nowhere/privkey.pem", at("dangling/key.pem"));
  await Deno.symlink("/nowhere", at("astray"));
  const serve = ["serve", "0", "--certs", at("own certs"), "--data", at("own data")];
  const cases: readonly [args: readonly string[], pattern: RegExp][] = [
    [[...serve, "--motd", at("pipe")], /message of the day .*pipe: it is a named pipe, not a file/],
    [[...serve, "--motd", "/dev/zero"], /\/dev\/zero: it is a device, not a file/],
    [[...serve, "--motd", dir.path], /: it is a folder, not a file/],
    [[...serve, "--config", at("pipe")], /Cannot read .*pipe: it is a named pipe, not a file/],
    [[...serve, "--config", "/dev/zero"], /\/dev\/zero: it is a device, not a file/],
    [[...serve, "--log-file", at("pipe")], /Cannot log to .*pipe: it is a named pipe, not a file/],
    [[...serve, "--certs", at("certs")], /key\.pem: it is a named pipe, not a file/],
    [[...serve, "--data", at("data")], /chat\.sqlite: it is a named pipe, not a file/],
    [
      [...serve, "--certs", at("dangling")],
      /key\.pem: it is a link to \/nowhere\/privkey\.pem, which is not there/,
    ],
    [[...serve, "--data", at("pipe")], /data folder .*pipe: it is a named pipe, not a folder/],
    [[...serve, "--certs", at("pipe")], /key\.pem: \S+pipe is a named pipe, not a folder/],
    [[...serve, "--data", at("astray")], /astray: it is a link to \/nowhere, which is not there/],
    [[...serve, "--certs", at("astray")], /astray is a link to \/nowhere, which is not there/],
    [["connect", "localhost", "1", "--home", at("astray")], /astray is a link to \/nowhere/],
    [["connect", "localhost", "1", "--home", at("pipe")], /\S+pipe is a named pipe, not a folder/],
    [["connect", "localhost", "1", "--home", at("home")], /identity\.pem: it is a named pipe/],
  ];
  for (const [args, pattern] of cases) {
    await t.step(args.slice(-2).join(" ").replaceAll(dir.path, "DIR"), async () => {
      refused(await runChat(args, { timeoutMs: WAIT_MS }), pattern);
    });
  }
});
