import assert from "node:assert/strict";
import { join } from "node:path";
import {
  freePort,
  register,
  runChat,
  type RunningServer,
  startChat,
  startClient,
  startServer,
  tempDir,
} from "../helpers/mod.ts";

const PASSWORD = "correct horse battery";

/** Arguments for a client with a home of its own. */
function connectArgs({ hostname, port }: RunningServer, home: string, ...more: string[]): string[] {
  return ["connect", hostname, String(port), "--home", home, ...more];
}

Deno.test("chat connect", async (t) => {
  await using server = await startServer();
  await using dir = await tempDir();
  let homes = 0;
  const home = () => join(dir.path, `home${++homes}`);

  await t.step(
    "lets two people talk in the room, and privately from client to client",
    async () => {
      await using amy = await startClient(server);
      await using bob = await startClient(server);
      await register(amy, "amy", PASSWORD);
      await register(bob, "bob", PASSWORD);
      await amy.event("joined", ({ user }) => user === "bob");
      await bob.say("hello amy");
      const said = await amy.event("message");
      assert.deepEqual([said["from"], said["text"], said["own"], said["replayed"]], [
        "bob",
        "hello amy",
        false,
        false,
      ]);

      await amy.say("/msg bob psst");
      const heard = await bob.event("private");
      assert.deepEqual([heard["from"], heard["to"], heard["text"], heard["direct"]], [
        "amy",
        "bob",
        "psst",
        true,
      ]);
      const delivered = await amy.event("delivered");
      assert.deepEqual([delivered["id"], delivered["direct"]], [heard["id"], true]);

      await bob.say("/verify amy");
      await amy.say("/verify bob");
      const numbers = await Promise.all(
        [amy, bob].map((chat) =>
          chat.event("notice", ({ text }) => /^ +\d{5} /.test(String(text)))
        ),
      );
      assert.equal(numbers[0]?.["text"], numbers[1]?.["text"]);
    },
  );

  await t.step("runs a script line by line, waits for what is under way, and exits 0", async () => {
    const script = [
      "register carl",
      PASSWORD,
      "hello all",
      "/me waves",
      "~-@amy: are you there?",
      "//not a command",
      "/nonsense",
      "/topic tea time",
      "/users",
      "~:lu:",
      "/hello",
      "/msg nobody hi",
    ];
    const { code, stdout } = await runChat(connectArgs(server, home(), "--trust-new"), {
      stdin: script.map((line) => `${line}\n`).join(""),
    });
    assert.equal(code, 0);
    // deno-lint-ignore no-control-regex -- what must not be there
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f]/);
    const lines = stdout.trimEnd().split("\n");
    const order = [
      /^Connected to 127\.0\.0\.1:\d+ /,
      /^Signed in as carl$/,
      /^You are in #lobby$/,
      /^\d\d:\d\d #lobby <carl> hello all$/,
      /^\d\d:\d\d #lobby \* carl waves$/,
      /<carl> amy: are you there\?$/,
      /<carl> \/not a command$/,
      /^! There is no command \/nonsense: /,
      /^#lobby topic set by carl: tea time$/,
      /^- #lobby, 1 here: carl$/,
      /^- amy: offline since \d{4}-\d\d-\d\d \d\d:\d\d$/,
      /^- bob: offline since /,
      /^- carl: online since /,
      /^- Hello from \S+ \(chat-\S+\), 1 user online, round trip [\d.]+ ms$/,
      /^! nobody is not online$/,
      /^Closed: goodbye$/,
    ];
    let at = 0;
    for (const line of lines) if (order[at]?.test(line)) at++;
    assert.equal(at, order.length, `no ${order[at]} in its place:\n${stdout}`);
  });

  await t.step(
    "signs in again later, changes the password, and tells wrong from right",
    async () => {
      const at = home();
      const run = (...lines: string[]) =>
        runChat(connectArgs(server, at, "--trust-new", "--json", "--user", "carl"), {
          stdin: lines.map((line) => `${line}\n`).join(""),
        });
      const wrong = await run("/login", "wrong password");
      assert.match(wrong.stdout, /"event":"error","code":"wrong-password"/);
      const refused = await run("/login", PASSWORD, "/passwd", "not the old one", "other words");
      assert.match(refused.stdout, /"event":"error","code":"wrong-password"/);
      const right = await run("/login", PASSWORD, "/passwd", PASSWORD, "other words by now");
      assert.match(right.stdout, /"event":"signed-in","user":"carl"/);
      assert.match(right.stdout, /"event":"message".*"text":"hello all".*"replayed":true/);
      assert.match(right.stdout, /"event":"notice","text":"Password changed"/);
      const again = await run("/login", "other words by now");
      assert.match(again.stdout, /"event":"signed-in","user":"carl"/);
    },
  );

  await t.step(
    "refuses an unknown server without being told to trust it, and shows its key",
    async () => {
      const { code, stderr, stdout } = await runChat(connectArgs(server, home(), "--json"));
      assert.equal(code, 1);
      assert(stderr.includes(server.fingerprint), stderr);
      assert.deepEqual(stdout.trimEnd().split("\n").map((line) => JSON.parse(line).event), [
        "error",
        "closed",
      ]);
    },
  );

  await t.step("says so once, in plain text", async () => {
    const { code, stderr, stdout } = await runChat(connectArgs(server, home()));
    assert.equal(code, 1);
    assert.equal(stderr.split(server.fingerprint).length, 2, stderr);
    assert.match(stderr, /--trust-new/);
    assert.equal(stdout, "");
  });

  await t.step("accepts the fingerprint it was given, and no other", async () => {
    const right = ["--fingerprint", server.fingerprint.replaceAll(":", "").toLowerCase()];
    assert.equal((await runChat(connectArgs(server, home(), ...right))).code, 0);
    const wrong = ["--trust-new", "--fingerprint", "ab".repeat(32)];
    const { code, stderr } = await runChat(connectArgs(server, home(), ...wrong));
    assert.equal(code, 1);
    assert.match(stderr, /another certificate than expected/);
  });

  await t.step("refuses a changed certificate whatever its flags", async () => {
    const at = home();
    const port = freePort();
    {
      await using first = await startServer({ port });
      assert.equal((await runChat(connectArgs(first, at, "--trust-new"))).code, 0);
    }
    await using second = await startServer({ port });
    for (const flags of [["--trust-new"], ["--fingerprint", second.fingerprint]]) {
      const { code, stderr } = await runChat(connectArgs(second, at, ...flags));
      assert.equal(code, 1);
      assert.match(stderr, /has changed/);
    }
  });

  await t.step("says that nobody is there, and what is wrong with its arguments", async () => {
    const nobody = await runChat(["connect", "127.0.0.1", String(freePort()), "--home", home()]);
    assert.equal(nobody.code, 1);
    assert.match(nobody.stderr, /^chat: .*connection refused, nothing listens there\n$/); // once, and nowhere else
    assert.equal(nobody.stdout, "");
    for (
      const args of [["localhost"], ["localhost", "0"], ["localhost", "9000", "--user", "a b"], [
        "localhost",
        "9000",
        "--fingerprint",
        "12",
      ]]
    ) assert.equal((await runChat(["connect", ...args])).code, 2, args.join(" "));
  });

  await t.step("can be interrupted while nobody answers", async () => {
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using chat = await startChat([
      "connect",
      "127.0.0.1",
      String(silent.addr.port),
      "--home",
      home(),
    ]);
    using _conn = await silent.accept();
    chat.kill("SIGINT");
    assert.equal(await chat.exit(), 130);
  });

  await t.step("says goodbye on Ctrl-C and exits 130", async () => {
    await using chat = await startClient(server);
    chat.kill("SIGINT");
    await chat.event("closed", ({ reason }) => reason === "goodbye");
    assert.equal(await chat.exit(), 130);
  });
});

Deno.test("chat connect comes back when the server does, and shows and says what was missed", async () => {
  await using dir = await tempDir();
  const options = {
    port: freePort(),
    data: join(dir.path, "data"),
    certs: join(dir.path, "certs"),
  };
  const first = await startServer(options);
  await using stack = new AsyncDisposableStack();
  stack.use(first);
  await using amy = await startClient(first);
  await register(amy, "amy", PASSWORD);
  await amy.say("/join #tea");
  await amy.event("joined", ({ room }) => room === "#tea");
  await first[Symbol.asyncDispose]();
  await amy.event("error", ({ code }) => code === "disconnected");
  await amy.say("typed meanwhile");
  await amy.event("notice", ({ text }) => /1 waiting/.test(String(text)));

  await using again = await startServer(options);
  await amy.event("connected", undefined, 90_000); // the pauses have grown by then
  await amy.event("signed-in");
  const said = await amy.event("message", ({ text }) => text === "typed meanwhile");
  assert.deepEqual([said["room"], said["own"], said["replayed"]], ["#tea", true, false]);
  await using bob = await startClient(again);
  await register(bob, "bob", PASSWORD);
  await bob.say("/msg amy welcome back");
  assert.equal((await amy.event("private"))["direct"], true);
});
