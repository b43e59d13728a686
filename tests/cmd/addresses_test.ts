import assert from "node:assert/strict";
import { join } from "node:path";
import { freePort, runChat, startChat, tempDir } from "../helpers/mod.ts";

/** An address that needs its interface; machines without IPv6 beyond loopback have none. */
const linkLocal = Deno.networkInterfaces().find(({ address }) => address.startsWith("fe80:"));
const zoned = linkLocal && `${linkLocal.address}%${linkLocal.name}`;

/** A server that listens where it does unless told. */
async function startDefaultServer() {
  const folder = await tempDir();
  const [port, plain] = [freePort(), freePort()];
  const folders = ["--data", join(folder.path, "data"), "--certs", join(folder.path, "certs")];
  const args = ["serve", String(port), "--guests", "--plain", String(plain), ...folders];
  const chat = await startChat(args);
  chat.alsoDispose(folder);
  await chat.line(new RegExp(`^Chat server started on port ${port}\\.$`));
  await chat.line(
    new RegExp(`^Port ${plain} on localhost is not encrypted: nc localhost ${plain}$`),
  );
  return { port, plain, folder, chat, [Symbol.asyncDispose]: () => chat[Symbol.asyncDispose]() };
}

Deno.test("chat serve is reached by IPv4 and IPv6, and chat connect takes every way to write an address", async (t) => {
  await using server = await startDefaultServer();
  const { port, folder } = server;
  const home = join(folder.path, "home");
  const forms: readonly (readonly [args: readonly string[], shown: string])[] = [
    [["127.0.0.1", `${port}`], `127.0.0.1:${port}`],
    [["::ffff:127.0.0.1", `${port}`], `127.0.0.1:${port}`],
    [["::1", `${port}`], `[::1]:${port}`],
    [["[::1]", `${port}`], `[::1]:${port}`],
    [["0:0:0:0:0:0:0:1", `${port}`], `[::1]:${port}`],
    [[`[::1]:${port}`], `[::1]:${port}`],
    [[`LOCALHOST:${port}`], `localhost:${port}`],
    ...(zoned
      ? [
        [[zoned, `${port}`], `[${zoned}]:${port}`],
        [[`[${zoned}]:${port}`], `[${zoned}]:${port}`],
      ] as const
      : []),
  ];
  for (const [args, shown] of forms) {
    await t.step(`chat connect ${args.join(" ")}`, async () => {
      const flags = ["--home", home, "--trust-new", "--json"];
      const { code, stdout, stderr } = await runChat(["connect", ...args, ...flags]);
      assert.equal(code, 0, stderr);
      const connected = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line))
        .find(({ event }) => event === "connected");
      assert.equal(connected?.server, shown);
    });
  }
  await t.step("each server is remembered once", async () => {
    const known = (await Deno.readTextFile(join(home, "known_servers"))).trim().split("\n");
    const addresses = known.map((line) => line.split(" ", 1)[0]).filter((word) => word !== "#");
    assert.deepEqual(addresses, [...new Set(forms.map(([, shown]) => shown))]);
  });
});

Deno.test("chat doctor takes the same addresses", async (t) => {
  await using server = await startDefaultServer();
  const { port, plain } = server;
  const cases: readonly (readonly string[])[] = [
    [`[::1]:${port}`],
    ["[::1]", `${port}`],
    ["[::1]", `${plain}`, "--plain"],
    ...(zoned ? [[zoned, `${port}`]] : []),
  ];
  for (const args of cases) {
    await t.step(`chat doctor ${args.join(" ")}`, async () => {
      const { code, stdout } = await runChat(["doctor", ...args]);
      assert.equal(code, 0, stdout);
      assert.match(stdout, /^ok +IRC door /m);
      assert.doesNotMatch(stdout, /^NO /m);
    });
  }
});

Deno.test("a wrong address is refused in words that say what is wrong", async (t) => {
  const cases: readonly (readonly [args: readonly string[], code: number, words: RegExp])[] = [
    [["::1"], 2, /Give a port after the host/],
    [["localhost:0"], 2, /0 is not a port number \(1-65535\)/],
    [["localhost:9000", "9000"], 2, /Give one port: 9000 or 9000/],
    [["[::1", "9000"], 2, /"\[::1" is not a host name or address/],
    [["", "9000"], 2, /"" is not a host name or address/],
    [["fe80::1", "9000"], 1, /fe80::1.* needs its interface, as in fe80::1%eth0/],
    [["fe80::1%nosuch0", "9000"], 1, /this machine has no interface nosuch0/],
  ];
  for (const [args, expected, words] of cases) {
    for (const command of ["connect", "doctor"]) {
      await t.step(`chat ${command} ${args.join(" ")}`, async () => {
        const { code, stdout, stderr } = await runChat([command, ...args]);
        assert.match(stdout + stderr, words);
        assert.equal(code, expected);
      });
    }
  }
});
