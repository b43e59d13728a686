import assert from "node:assert/strict";
import { join } from "node:path";
import { formatDuration, parseDuration } from "../../cmd/admin/duration.ts";
import { formatTable } from "../../cmd/admin/table.ts";
import { openStore } from "../../core/store/sqlite/sqlite_store.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import { runChat, startServer, tempDir } from "../helpers/mod.ts";

Deno.test("chat admin looks into a running server, and acts", async (t) => {
  await using server = await startServer({ flags: ["--guests"] });
  await using folder = await tempDir();
  const admin = (...args: readonly string[]) => runChat(["admin", "--data", server.data, ...args]);
  const okay = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await admin(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  await using amy = await IrcClient.connect({ port: server.port });
  await amy.enter("amy", { caps: "sasl" });
  amy.say("REGISTER amy * correct-horse-7");
  await amy.expect(/REGISTER SUCCESS/);

  await t.step("users and connections are tables", async () => {
    assert.match(await okay("users"), /^NAME .*\namy +\d+ (s|min) .* irc +127\.0\.0\.1 +1$/m);
    assert.match(
      await okay("connections"),
      /^irc +tls +127\.0\.0\.1 +\d+ (s|min) +amy +amy\n1 of 20 slots in use$/m,
    );
    assert.match(await okay("rooms"), /^#lobby +1 /m);
    assert.match(await okay("stats"), /^slots +1 of 20 in use$/m);
  });

  await t.step("--json is for programs", async () => {
    const [user] = JSON.parse(await okay("--json", "users"));
    assert.equal(user.name, "amy");
    assert.equal(JSON.parse(await okay("stats", "--json")).users, 1);
  });

  await t.step("announce reaches those who are there", async () => {
    assert.equal(await okay("announce", "down", "at", "ten"), "Announced to 1 connection.\n");
    await amy.expect(/NOTICE amy :down at ten$/);
  });

  await t.step("backup brings a database to where it is wanted, for its owner alone", async () => {
    const file = join(folder.path, "copy.sqlite");
    assert.match(await okay("backup", file), /^Backed up: .*copy\.sqlite, \d+\.\d KiB\.$/m);
    assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
    {
      using copy = openStore(file);
      assert.equal(copy.accounts.find("amy")?.name, "amy");
    }
    const again = await admin("backup", file);
    assert.deepEqual([again.code, again.stdout], [1, ""]);
    assert.match(again.stderr, /^chat: Cannot back up to .*: the file exists already\n$/);
    const left = Array.from(Deno.readDirSync(server.data), ({ name }) => name);
    assert.deepEqual(left.filter((name) => name.includes("backup")), []);
  });

  await t.step("reset-password makes one up, or takes one from standard input", async () => {
    const made = /^Password: ([a-z0-9]{16})$/m.exec(await okay("reset-password", "amy"))?.[1];
    assert.match((await amy.untilClosed()).at(-1) ?? "", /Password was reset$/);
    await using again = await IrcClient.connect({ port: server.port });
    await again.enter("amy", { pass: `amy:${made}` });
    const { code, stdout } = await runChat(
      ["admin", "--data", server.data, "reset-password", "amy", "--stdin"],
      { stdin: "typed-horse-9\n" },
    );
    assert.equal(code, 0);
    assert.equal(stdout, "New password set for amy: 1 connection closed.\n");
    await using third = await IrcClient.connect({ port: server.port });
    await third.enter("amy", { pass: "amy:typed-horse-9" });
    assert.match(await okay("kick", "amy", "too", "loud"), /^Kicked: 1 connection closed\.$/m);
    assert.match((await third.untilClosed()).at(-1) ?? "", /Kicked \(too loud\)$/);
  });

  await t.step("ban, bans, unban", async () => {
    const banned = await okay("ban", "127.0.0.5/32", "--for", "2h", "--reason", "spam");
    assert.match(banned, /^Banned network 127\.0\.0\.5\/32 until .*: 0 connections closed\.$/m);
    assert.match(await okay("bans"), /^network +127\.0\.0\.5\/32 .* 1 h 5\d min +spam$/m);
    await using eve = await IrcClient.connect({ port: server.port, from: "127.0.0.5" });
    assert.match((await eve.untilClosed()).at(-1) ?? "", /banned until .* UTC \(spam\)$/);
    assert.equal(await okay("unban", "127.0.0.5/32"), "Ban lifted.\n");
    assert.match(await okay("ban", "nobody"), /closed\.\nThere is no account nobody now: /);
    await okay("unban", "nobody");
    assert.equal(await okay("bans"), "Nobody is banned.\n");
  });

  await t.step(
    "what cannot be done is one line and exit code 1, or 2 for wrong usage",
    async () => {
      const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
        [["kick", "nobody"], 1, /^chat: Nobody here is called nobody\n$/],
        [["unban", "nobody"], 1, /^chat: There is no ban of nobody\n$/],
        [["reset-password", "nobody"], 1, /^chat: There is no account nobody\n$/],
        [
          ["ban", "1.2.3.300"],
          2,
          /^chat: Not an account name, an address or a network: 1\.2\.3\.300\n$/,
        ],
        [["ban", "bob", "--for", "soon"], 2, /Write it as 30m, 2h, 7d or 1d12h/],
        [["fly"], 2, /fly/],
      ];
      for (const [args, code, words] of cases) {
        const result = await admin(...args);
        assert.deepEqual([result.code, result.stdout], [code, ""], args.join(" "));
        assert.match(result.stderr, words);
      }
    },
  );

  await t.step("without a server it says so", async () => {
    server.chat.kill("SIGTERM");
    assert.equal(await server.chat.exit(), 0);
    const { code, stdout, stderr } = await admin("users");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^chat: No server is running: nothing listens at .*admin\.sock\n$/);
  });
});

Deno.test("a second server on one data folder is refused, and leaves the first one's socket", async () => {
  await using server = await startServer();
  const args = [
    "serve",
    "0",
    "--host",
    "127.0.0.1",
    "--data",
    server.data,
    "--certs",
    server.certs,
  ];
  const { code, stderr } = await runChat(args);
  assert.equal(code, 1);
  assert.match(stderr, /^chat: .*locked.*\n$/);
  assert.equal((await runChat(["admin", "--data", server.data, "users"])).code, 0);
});

Deno.test("a server that was killed is followed by one that answers", async () => {
  await using folder = await tempDir();
  const data = join(folder.path, "data");
  const certs = join(folder.path, "certs");
  {
    await using server = await startServer({ data, certs });
    server.chat.kill("SIGKILL");
    await server.chat.exit();
  }
  assert.equal((await runChat(["admin", "--data", data, "users"])).code, 1);
  await using _ = await startServer({ data, certs });
  assert.equal((await runChat(["admin", "--data", data, "users"])).stdout, "Nobody is here.\n");
});

Deno.test("parseDuration() and formatDuration()", () => {
  const times: Record<string, string> = {
    "90s": "1 min 30 s",
    "2h": "2 h",
    "1d12h": "1 d 12 h",
    "8w": "56 d",
    "61m": "1 h 1 min",
  };
  for (const [text, shown] of Object.entries(times)) {
    assert.equal(formatDuration(parseDuration(text)), shown);
  }
  for (const text of ["", "0s", "2", "h", "2 h", "-2h", "1y", "99999w"]) {
    assert.throws(() => parseDuration(text), text);
  }
  assert.equal(formatDuration(-5), "0 s");
  assert.equal(formatDuration(90_061_000), "1 d 1 h");
});

Deno.test("formatTable() puts columns under each other, wide characters and all", () => {
  assert.equal(
    formatTable(["NAME", "X"], [["日本", "1"], ["a\x1b[31m", "2"]]),
    "NAME    X\n日本    1\na\ufffd[31m  2",
  );
});
