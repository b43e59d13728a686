import assert from "node:assert/strict";
import { join } from "node:path";
import tls from "node:tls";
import { makeCertificate } from "../../core/identity/make_certificate.ts";
import { loadPemPair, writePemPair } from "../../core/identity/pem_pair.ts";
import { eventually } from "../helpers/eventually.ts";
import { IrcClient } from "../helpers/irc_client.ts";
import {
  freePort,
  runChat,
  type RunningServer,
  startChat,
  startServer,
  tempDir,
  Tmux,
} from "../helpers/mod.ts";
import { program } from "../helpers/program.ts";

const PASSWORD = "correct-horse-7";

/** The certificate a newcomer is shown. */
async function shownFingerprint(port: number): Promise<string> {
  await using client = await IrcClient.connect({ port });
  assert(client.socket instanceof tls.TLSSocket);
  return client.socket.getPeerCertificate().fingerprint256;
}

async function guest(server: RunningServer, nick: string): Promise<IrcClient> {
  const client = await IrcClient.connect({ port: server.port });
  return await client.enter(nick);
}

async function newPair(dir: string) {
  await writePemPair(dir, await makeCertificate({ names: ["localhost"], days: 9 }), {
    force: true,
  });
  return (await loadPemPair(dir)).fingerprint;
}

/** What systemd would hear. */
function serviceSocket() {
  const name = `chat-test-${crypto.randomUUID()}`;
  const socket = Deno.listenDatagram({ transport: "unixpacket", path: `\0${name}` });
  return {
    name: `@${name}`,
    next: async () => new TextDecoder().decode((await socket.receive())[0]).split("\n")[0],
    [Symbol.dispose]: () => socket.close(),
  };
}

Deno.test("SIGHUP loads a new certificate and message of the day without closing connections", async (t) => {
  await using folder = await tempDir();
  const motd = join(folder.path, "motd");
  await Deno.writeTextFile(motd, "first\n");
  await using server = await startServer({
    flags: ["--guests", "--motd", motd, "--log-level", "info"],
  });
  await using amy = await guest(server, "amy");
  assert.equal(await shownFingerprint(server.port), server.fingerprint);

  await t.step("a new pair and a new text", async () => {
    const fingerprint = await newPair(server.certs);
    await Deno.writeTextFile(motd, "second\n");
    server.chat.kill("SIGHUP");
    await server.chat.errorLine(/certificate reloaded: /);
    await server.chat.errorLine(/message of the day reloaded/);
    assert.equal(await shownFingerprint(server.port), fingerprint);
    amy.say("MOTD");
    await amy.expect(/ 372 amy :.*second$/);
    await amy.sync();
  });
  await t.step("a broken pair and a missing text are logged, and the old ones stay", async () => {
    const former = await shownFingerprint(server.port);
    await Deno.writeTextFile(join(server.certs, "cert.pem"), "nonsense");
    await Deno.remove(motd);
    server.chat.kill("SIGHUP");
    await server.chat.errorLine(/error +serve: certificate not reloaded: /);
    await server.chat.errorLine(/error +serve: message of the day not reloaded: Cannot read/);
    assert.equal(await shownFingerprint(server.port), former);
    assert.deepEqual(await amy.sync(), []);
  });
});

Deno.test("SIGHUP with --tls-engine deno says that the certificate is not reloaded", async () => {
  await using server = await startServer({ flags: ["--tls-engine", "deno"] });
  await newPair(server.certs);
  server.chat.kill("SIGHUP");
  await server.chat.errorLine(
    /certificate not reloaded: --tls-engine deno needs a restart for that/,
  );
  assert.equal(await shownFingerprint(server.port), server.fingerprint);
});

Deno.test("systemd is notified that the server is ready, reloading, alive and stopping", async () => {
  using systemd = serviceSocket();
  await using server = await startServer({
    env: { NOTIFY_SOCKET: systemd.name, WATCHDOG_USEC: "400000" },
  });
  const heard: (string | undefined)[] = [];
  const until = async (state: string) => {
    do heard.push(await systemd.next()); while (heard.at(-1) !== state);
  };
  await until("READY=1");
  await until("WATCHDOG=1");
  server.chat.kill("SIGHUP");
  await until("RELOADING=1");
  await until("READY=1");
  server.chat.kill("SIGTERM");
  await until("STOPPING=1");
  assert.equal(await server.chat.exit(), 0);
  assert.deepEqual(heard.filter((state) => state !== "WATCHDOG=1"), [
    "READY=1",
    "RELOADING=1",
    "READY=1",
    "STOPPING=1",
  ]);
});

Deno.test("a server ends with the terminal it runs in", async () => {
  await using folder = await tempDir();
  const port = String(freePort());
  const log = join(folder.path, "log");
  const args = ["serve", port, "--data", `${folder.path}/d`, "--certs", `${folder.path}/c`];
  await using start = await program([...args, "--log-file", log]);
  {
    await using terminal = await Tmux.start(start, { columns: 100 });
    await terminal.waitFor(/Chat server started/);
  }
  await eventually(() => Deno.readTextFileSync(log).includes("stopping: SIGHUP"));
  const data = () => Array.from(Deno.readDirSync(`${folder.path}/d`), ({ name }) => name);
  await eventually(() => !data().includes("chat.sqlite-wal")); // the database is closed
});

Deno.test("the log tells who came and went, and no secret", async (t) => {
  await using folder = await tempDir();
  const file = join(folder.path, "chat.log");
  await using server = await startServer({
    flags: ["--guests", "--log-file", file, "--plain", String(freePort())],
  });
  const amy = await guest(server, "amy");
  amy.say(`NS REGISTER amy ${PASSWORD}`);
  await amy.expect(/You are signed in|900/);
  amy.say("PRIVMSG #lobby :words for the room");
  const bob = await guest(server, "bob");
  bob.say("JOIN #lobby", "PRIVMSG amy :a private word", "NS IDENTIFY amy open-sesame-1");
  await amy.expect(/a private word/);
  await bob.sync();
  await bob[Symbol.asyncDispose]();
  await amy.expect(/ QUIT /);
  await amy[Symbol.asyncDispose]();
  server.chat.kill("SIGTERM");
  await server.chat.exit();
  const text = await Deno.readTextFile(file);
  const wanted = {
    "who connected, from where, by which door":
      /server: connected: 127\.0\.0\.1 by irc transport=tls/,
    "under which name": /irc: bob is at 127\.0\.0\.1/,
    "who registered": /accounts: registration ok: account amy from 127\.0\.0\.1/,
    "who failed to sign in": /warning +accounts: sign-in wrong: account amy from 127\.0\.0\.1/,
    "who joined": /rooms: joined: #lobby bob/,
    "why a connection ended": /server: closed: 127\.0\.0\.1, connection closed door=irc/,
    "start": /serve: started on port \d+/,
    "end": /serve: stopping: SIGTERM/,
  };
  for (const [what, pattern] of Object.entries(wanted)) {
    await t.step(`it tells ${what}`, () => assert.match(text, pattern));
  }
  for (const secret of [PASSWORD, "open-sesame-1", "a private word", "words for the room"]) {
    await t.step(`it does not tell "${secret}"`, () => {
      assert(!text.includes(secret));
      assert(!server.chat.stderr.includes(secret));
    });
  }
  await t.step("it is its owner's alone", async () => {
    assert.equal((await Deno.stat(file)).mode! & 0o077, 0);
  });
});

Deno.test("--log-messages tells what rooms say, and nothing private; --log-format json is JSON", async () => {
  await using server = await startServer({
    flags: ["--guests", "--log-messages", "--log-format", "json"],
  });
  await using amy = await guest(server, "amy");
  await using bob = await guest(server, "bob");
  for (const client of [amy, bob]) client.say("JOIN #tea");
  await bob.expect(/ 366 /);
  bob.say("PRIVMSG amy :a private word", "PRIVMSG #tea :words for the room");
  await amy.expect(/words for the room/);
  const [line] = await server.chat.errorLine(/^.*words for the room.*$/);
  const record: unknown = JSON.parse(line);
  assert(typeof record === "object" && record !== null);
  const { room, nick, text } = { room: "", nick: "", text: "", ...record };
  assert.deepEqual([room, nick, text], ["#tea", "bob", "words for the room"]);
  assert(!server.chat.stderr.includes("private"));
});

Deno.test("a person at a terminal sees warnings, not who comes and goes; a file has both", async () => {
  await using folder = await tempDir();
  const port = freePort();
  const args = ["serve", String(port), "--host", "127.0.0.1", "--guests", "--certs", folder.path];
  await using start = await program([...args, "--data", folder.path]);
  await using terminal = await Tmux.start(start, { columns: 150 });
  await terminal.waitFor(/Chat server started/);
  await using server = await startServer({ flags: ["--guests"] });
  for (const at of [port, server.port]) {
    await using bob = await IrcClient.connect({ port: at });
    await bob.enter("bob");
    bob.say("NS IDENTIFY amy open-sesame-1");
    await bob.sync();
  }
  const warning = /warning +accounts: sign-in wrong: account amy from 127\.0\.0\.1$/m;
  const screen = await terminal.waitFor(warning);
  assert(!screen.includes("connected"), screen);
  await server.chat.errorLine(warning);
  assert.match(server.chat.stderr, /info +server: connected: 127\.0\.0\.1 by irc/);
});

Deno.test("--metrics serves on loopback, and says where", async () => {
  await using server = await startServer({ flags: ["--metrics", "0"] });
  const [, url = ""] = await server.chat.line(/^Metrics: (http:\/\/127\.0\.0\.1:\d+\/metrics)$/);
  const text = await (await fetch(url)).text();
  assert.match(text, /^chat_slots 20$/m);
  const port = new URL(url).port;
  const folder = server.data;
  const { code, stderr } = await runChat(
    ["serve", "0", "--data", `${folder}2`, "--certs", server.certs, "--metrics", port],
  );
  assert.equal(code, 1);
  assert.match(stderr, /^chat: Cannot listen on 127\.0\.0\.1:\d+: the port is in use/m);
});

Deno.test("--config says what flags say, and flags win", async () => {
  await using folder = await tempDir();
  const port = freePort();
  const file = join(folder.path, "chat.toml");
  const lines = [
    `port = ${port}`,
    'host = "127.0.0.1"',
    "slots = 3",
    "guests = true",
    `data = "${folder.path}/data"`,
    `certs = "${folder.path}/certs"`,
    'log-level = "info"',
  ];
  await Deno.writeTextFile(file, `${lines.join("\n")}\n`);
  {
    await using chat = await startChat(["serve", "--config", file, "--slots", "5"]);
    await chat.line(new RegExp(`^Chat server started on port ${port}\\.$`));
    await chat.line(/^Guests may join/);
    const { stdout } = await runChat(["admin", "--data", `${folder.path}/data`, "stats"]);
    assert.match(stdout, /^slots +0 of 5 in use$/m);
  }
  await Deno.writeTextFile(file, `${lines.join("\n")}\nslotz = 4\n`);
  const { code, stderr } = await runChat(["serve", "--config", file]);
  assert.equal(code, 2);
  assert.match(stderr, /chat\.toml:8: unknown key "slotz"/);
});

Deno.test("--log-file in a folder that is not there is one clear line", async () => {
  await using folder = await tempDir();
  const { code, stderr } = await runChat(
    ["serve", "0", "--log-file", join(folder.path, "nowhere", "chat.log")],
  );
  assert.equal(code, 1);
  assert.match(stderr, /^chat: Cannot log to .*chat\.log: .*\n$/);
});

Deno.test("the journal gets priorities instead of times, and who comes and goes", async () => {
  await using folder = await tempDir();
  const { path } = folder;
  const log = join(path, "journal");
  await using start = await program(
    ["serve", "0", "--host", "127.0.0.1", "--data", `${path}/d`, "--certs", `${path}/c`],
  );
  const script = 'exec 2>"$1"; shift; JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec "$@"';
  await using undo = new AsyncDisposableStack();
  const child = new Deno.Command("sh", {
    args: ["-c", script, "sh", log, start.command, ...start.args],
    env: start.env,
    cwd: start.cwd,
    stdout: "null",
  }).spawn();
  undo.defer(async () => void await child.status);
  undo.defer(() => child.kill("SIGTERM"));
  await eventually(() => /^<6>serve: started on port \d+$/m.test(readIfThere(log)));
});

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
