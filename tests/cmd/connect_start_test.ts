/** What a program that reads events hears of a client that cannot start, or cannot write. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runChat, tempDir } from "../helpers/mod.ts";
import { startServer } from "../helpers/server.ts";

Deno.test("--json says why the client cannot start, whatever keeps it from that", async (t) => {
  await using dir = await tempDir();
  const file = join(dir.path, "file");
  await Deno.writeTextFile(file, "");
  const damaged = join(dir.path, "damaged");
  await Deno.mkdir(join(damaged, "identity"), { recursive: true });
  await Deno.writeTextFile(join(damaged, "identity", "identity.pem"), "no key\n");
  const cases: readonly [what: string, home: string, code: string, text: RegExp][] = [
    ["a home that is a file", file, "cannot-start", /file/],
    ["a home that cannot be made", "/proc/nobody", "cannot-start", /^Cannot (read|write) \/proc/],
    ["a damaged identity", damaged, "cannot-start", /identity\.pem/],
    ["nobody at the port", join(dir.path, "home"), "could-not-connect", /^Cannot connect to /],
  ];
  for (const [what, home, code, text] of cases) {
    await t.step(what, async () => {
      const args = ["connect", "127.0.0.1", "1", "--json", "--home", home];
      const result = await runChat(args);
      const events = result.stdout.trim().split("\n").map((line) => JSON.parse(line));
      assert.deepEqual(events.map(({ event }) => event), ["error", "closed"]);
      assert.equal(events[0].code, code);
      assert.match(events[0].text, text);
      assert.equal(events[1].reason, events[0].text);
      assert.match(result.stderr, /^chat: .+\n$/);
      assert.equal(result.code, 1);
    });
  }
});

Deno.test({
  name: "a client whose standard output is full says so in one line, and ends",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using server = await startServer();
    await using dir = await tempDir();
    const { code, stderr } = await runChat(
      ["connect", server.hostname, String(server.port), "--json", "--trust-new"]
        .concat("--home", dir.path),
      { within: ["sh", "-c", 'exec "$@" > /dev/full', "sh"], stdin: "/users\n" },
    );
    assert.match(stderr, /^chat: Cannot write to standard output: No space left on device.*\n$/);
    assert.equal(code, 1);
  },
});
