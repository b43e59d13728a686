import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { formatServer, KnownServers } from "../../../core/identity/known_servers.ts";
import { tempDir } from "../../helpers/mod.ts";

const SERVER = { host: "chat.example", port: 9000 };
const ONE = Array(32).fill("AB").join(":");
const TWO = Array(32).fill("CD").join(":");
const NOW = new Date("2030-01-02T03:04:05Z");

interface Fixture extends AsyncDisposable {
  readonly path: string;
  readonly known: KnownServers;
}

async function fixture(text?: string): Promise<Fixture> {
  const dir = await tempDir();
  const path = join(dir.path, "home", "known_servers");
  if (text !== undefined) {
    await Deno.mkdir(join(dir.path, "home"));
    await Deno.writeTextFile(path, text);
  }
  const known = new KnownServers(path, { now: () => NOW });
  return { path, known, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

Deno.test("KnownServers remembers a new server in a line that its owner alone can read", async () => {
  await using files = await fixture();
  const { known, path } = files;
  assert.deepEqual(await known.check(SERVER, ONE), { state: "new" });
  assert.deepEqual(await known.remember(SERVER, `sha256:${ONE.toLowerCase()}`), {
    state: "known",
    firstSeen: NOW,
  });
  assert.equal(await Deno.readTextFile(path), `chat.example:9000 ${ONE} 2030-01-02T03:04:05Z\n`);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert.deepEqual(await known.check({ ...SERVER, host: "Chat.Example." }, ONE), {
    state: "known",
    firstSeen: NOW,
  });
  assert.deepEqual(await known.check({ ...SERVER, port: 9001 }, ONE), { state: "new" });
});

Deno.test("KnownServers says what a changed server showed before, and never writes it down", async () => {
  const text = `# servers\n\nchat.example:9000 ${ONE}\n`;
  await using files = await fixture(text);
  const changed = { state: "changed", expected: [ONE], line: 3 };
  assert.deepEqual(await files.known.check(SERVER, TWO), changed);
  assert.deepEqual(await files.known.remember(SERVER, TWO), changed);
  assert.equal(await Deno.readTextFile(files.path), text);
});

Deno.test("KnownServers takes any of a server's lines, and forgets them all", async () => {
  const text =
    `chat.example:9000 ${ONE} # the old one\nCHAT.example:9000 SHA256:${TWO}\nother:1 x\n`;
  await using files = await fixture(text);
  assert.equal((await files.known.check(SERVER, ONE)).state, "known");
  assert.equal((await files.known.check(SERVER, TWO)).state, "known");
  assert.equal(await files.known.forget(SERVER), true);
  assert.equal(await files.known.forget(SERVER), false);
  assert.equal(await Deno.readTextFile(files.path), "other:1 x\n");
});

Deno.test("KnownServers counts a damaged line as a changed server, never as a new one", async () => {
  await using files = await fixture(`chat.example:9000 ${ONE.slice(0, 40)}\n`);
  assert.deepEqual(await files.known.remember(SERVER, ONE), {
    state: "changed",
    expected: [],
    line: 1,
  });
});

Deno.test("KnownServers keeps comments and lines it does not understand", async () => {
  const text =
    "# mine\r\n\r\n???\nhost-without-port\n  [::1]:9000   what is this\nlast line, no end";
  await using files = await fixture(text);
  await files.known.remember(SERVER, ONE);
  const after = await Deno.readTextFile(files.path);
  assert.equal(
    after,
    `${text.replaceAll("\r", "")}\nchat.example:9000 ${ONE} 2030-01-02T03:04:05Z\n`,
  );
});

Deno.test("KnownServers loses no server when many clients write at once", async () => {
  await using files = await fixture();
  const hosts = Array.from({ length: 20 }, (_, index) => `host-${index}.example`);
  await Promise.all(
    hosts.map((host) => new KnownServers(files.path).remember({ host, port: 1 }, ONE)),
  );
  for (const host of hosts) {
    assert.equal((await files.known.check({ host, port: 1 }, ONE)).state, "known");
  }
});

Deno.test("KnownServers lets one of two fingerprints win when both are remembered at once", async () => {
  await using files = await fixture();
  const results = await Promise.all([ONE, TWO].map((one) => files.known.remember(SERVER, one)));
  assert.deepEqual(results.map(({ state }) => state).sort(), ["changed", "known"]);
});

Deno.test("KnownServers reads any text without throwing, and still remembers", async () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("other:9000", ONE, "#", " ", "\n", "\r\n", "2030-99-99T99:99:99Z", "\0"),
  );
  const property = fc.asyncProperty(fc.array(piece), async (pieces) => {
    const text = pieces.join("").toWellFormed();
    await using files = await fixture(text);
    assert.equal((await files.known.remember(SERVER, ONE)).state, "known");
    assert.equal((await files.known.check(SERVER, ONE)).state, "known");
    assert(
      (await Deno.readTextFile(files.path)).startsWith(text.replaceAll("\r\n", "\n").trimEnd()),
    );
  });
  await fc.assert(property, { numRuns: 60 });
});

Deno.test("KnownServers names the file that it cannot read or write", async () => {
  await using dir = await tempDir();
  const known = new KnownServers(dir.path);
  const fault = (fault: string) => ({
    name: "IdentityError",
    fault,
    message: new RegExp(dir.path),
  });
  await assert.rejects(known.check(SERVER, ONE), fault("unreadable"));
  await assert.rejects(known.remember(SERVER, ONE), fault("unreadable"));
});

Deno.test("KnownServers refuses an address or a fingerprint that would spoil the file", async () => {
  await using files = await fixture();
  for (const host of ["", "a b", "a\nb", "#a"]) {
    await assert.rejects(files.known.remember({ host, port: 9000 }, ONE), RangeError);
  }
  for (const port of [0, 65_536, 1.5, NaN]) {
    await assert.rejects(files.known.remember({ host: "a", port }, ONE), RangeError);
  }
  await assert.rejects(files.known.remember(SERVER, "AB:CD"), RangeError);
});

Deno.test("formatServer() gives one spelling for all of an address", () => {
  assert.equal(formatServer({ host: "[0:0::1]", port: 9000 }), "[::1]:9000");
  assert.equal(formatServer({ host: "::1", port: 9000 }), "[::1]:9000");
  assert.equal(formatServer({ host: "fe80::1%eth0", port: 9000 }), "[fe80::1%eth0]:9000");
  assert.equal(formatServer({ host: "Müller.example", port: 1 }), "xn--mller-kva.example:1");
});
