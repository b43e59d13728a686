import assert from "node:assert/strict";
import { within } from "../../../../helpers/deadline.ts";
import { LineLog } from "../../../../helpers/mod.ts";
import { type Serving, serving } from "../../serving.ts";

/** The client that PTCHAT's own manual prints, and the same over UDP. */
function pythonClient(port: number, socketKind: "SOCK_STREAM" | "SOCK_DGRAM"): string {
  return `
import socket

HOST = '127.0.0.1'
PORT = ${port}

with socket.socket(socket.AF_INET, socket.${socketKind}) as s:
    s.connect((HOST, PORT))
    print("Connected to chatroom!")
    while True:
        message = input("You: ")
        if message.lower() == "~:q!":
            break
        s.sendall(message.encode())
        data = s.recv(1024)
        print(f"Server: {data.decode()}")
`;
}

/** A program that is typed to. */
class Typist implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<void>;
  readonly #lines: LineLog;
  #seen = "";

  constructor(command: string, args: readonly string[]) {
    this.#child = new Deno.Command(command, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = new LineLog(() => this.#seen);
    this.#reading = this.#lines.read(this.#child.stdout, (line) => this.#seen += `${line}\n`);
  }

  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  line(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#lines.take(String(pattern), (line) => pattern.exec(line) ?? undefined, 30_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {}); // it has ended by itself
    try {
      this.#child.kill();
    } catch {
      // it has ended by itself
    }
    await within(this.#child.status, 30_000, () => this.#seen);
    await this.#reading;
  }
}

function nc(chat: Serving, ...flags: readonly string[]): Typist {
  return new Typist("nc", [...flags, "127.0.0.1", String(chat.plainPort)]);
}

Deno.test("nc -u is enough to talk", async () => {
  await using chat = await serving({ guests: true });
  const irc = await chat.enter("ira");
  irc.say("JOIN #lobby");
  await using amy = nc(chat, "-u");
  await amy.type("amy\n");
  const [, code] = await amy.line(/^([a-z2-9]{6})\?$/);
  await amy.type(`${code}\n`);
  await amy.line(/^\* Welcome to irc\.test\. To talk here:$/);
  await amy.line(/^\* You are amy\.$/);
  await amy.type("hello from nc\n");
  await amy.line(/^amy: hello from nc$/);
  await irc.expect(/^:amy!amy@chat PRIVMSG #lobby :hello from nc$/);
  irc.say("PRIVMSG #lobby :hello @amy");
  await amy.line(/^\*\*\* ira: hello @amy \*\*\*$/);
  await amy.type("~:q!:\n");
  await amy.line(/^\* Goodbye: Signed out\.$/);
});

Deno.test("two people with nc -u who never send the code hear each other", async () => {
  await using chat = await serving({ guests: false });
  await using amy = nc(chat, "-u");
  await using bob = nc(chat, "-u");
  await amy.type("~:register amy correct-horse-7:\n");
  await amy.line(/^\* You are amy\.$/);
  await bob.type("~:register bob correct-horse-7:\n");
  await bob.line(/^\* You are bob\.$/);
  await amy.type("hello bob\n");
  await bob.line(/^\*\*\* amy: hello bob \*\*\*$/);
  await bob.type("hello to you too\n");
  await amy.line(/^bob: hello to you too$/);
  await amy.type("~->bob: psst\n");
  await bob.line(/^amy -> you: psst$/);
});

Deno.test("nc over TCP is greeted, and signs in with the password on a line of its own", async () => {
  await using chat = await serving({ guests: false, deadlines: { doorMs: 500 } });
  await chat.register("amy");
  await using amy = nc(chat);
  await amy.line(/^\* Welcome to irc\.test\. To talk here:$/);
  await amy.type("~:login amy:\n");
  await amy.line(/^\* Password of amy:$/);
  await amy.type("correct-horse-7\n");
  await amy.line(/^\* You are signed in as amy\./);
  await amy.type("~:q!:\n");
  await amy.line(/^\* Goodbye: Signed out\.$/);
});

Deno.test("a message to an unknown name is refused, and nothing is sent", async () => {
  await using chat = await serving({ guests: true });
  await chat.register("bob");
  await using amy = nc(chat);
  await amy.type("amy\n~-@nobody: hello\n~->nobody: hello\n~-@bob: hello\n");
  await amy.line(/^\* Not sent: nobody is not a known user/);
  await amy.line(/^\* Not sent: nobody is not a known user/);
  await amy.line(/^amy: @bob hello$/);
});

Deno.test("a client that speaks first gets the greeting and the answer in one write", async () => {
  await using chat = await serving({ guests: false });
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: chat.plainPort });
  await socket.write(new TextEncoder().encode("hello"));
  const bytes = new Uint8Array(1024);
  const text = new TextDecoder().decode(bytes.subarray(0, await socket.read(bytes) ?? 0));
  assert.match(text, /^\* Welcome to irc\.test\.[^]*\n\* Sign in first: .*\n$/);
});

for (const kind of ["SOCK_STREAM", "SOCK_DGRAM"] as const) {
  Deno.test(`the printed Python client works as it stands, ${kind}`, async () => {
    await using chat = await serving({ guests: true });
    const irc = await chat.enter("ira");
    irc.say("JOIN #lobby");
    await using python = new Typist("python3", ["-u", "-c", pythonClient(chat.plainPort, kind)]);
    await python.line(/^Connected to chatroom!$/);
    await python.type("amy-from-python\n");
    await python.line(/^You: Server: /);
    await irc.expect(/^:amy-from-python!amy-from-python@chat JOIN #lobby$/);
    await python.type("hello from python\n");
    await python.line(/^You: Server: /);
    await irc.expect(/^:amy-from-python!amy-from-python@chat PRIVMSG #lobby :hello from python$/);
    await python.type("how are you all today?\n");
    await irc.expect(/PRIVMSG #lobby :how are you all today\?$/);
    await python.line(/amy-from-python: (hello from python|how are you all today\?)$/);
    await python.type("~:q!\n");
    assert.ok(chat.server.context.hub.user("amy-from-python"));
  });
}

Deno.test("all that was said before hanging up is said, however fast it came", async () => {
  await using chat = await serving({ limits: true });
  const ira = await chat.enter("ira");
  ira.say("JOIN #lobby");
  await ira.sync();
  const many = (prefix: string) =>
    Array.from({ length: 130 }, (_, n) => `${prefix}${n}\n`).join("");
  const said = {
    nc: `amy\n${many("nc ")}`,
    irc: `NICK bob\r\nUSER b 0 * :b\r\nJOIN #lobby\r\n${many("PRIVMSG #lobby :irc ")}`,
  };
  for (const [kind, text] of Object.entries(said)) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: chat.plainPort });
    await conn.write(new TextEncoder().encode(text));
    await conn.closeWrite();
    const lines = await ira.until(/ QUIT :connection closed$/);
    assert.equal(lines.filter((line) => line.includes(`:${kind} `)).length, 130, kind);
    conn.close();
  }
});

Deno.test("telnet, which begins with bytes of its own, is greeted", async () => {
  await using chat = await serving();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: chat.plainPort });
  await conn.write(Uint8Array.of(0xff, 0xfb, 0x1f)); // IAC WILL NAWS
  const buffer = new Uint8Array(4_096);
  const count = await within(conn.read(buffer), 30_000, () => "no greeting") ?? 0;
  const greeting = new TextDecoder().decode(buffer.subarray(0, count));
  assert(greeting.startsWith("* Welcome to irc.test."), greeting);
});
