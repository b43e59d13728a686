/** IRC where each line is a message of its own, as over a WebSocket: no bytes to cut, none to join. @module */
import assert from "node:assert/strict";
import type { LineConnection, LineReader } from "../../../../../core/net/line_connection.ts";
import { Outbox } from "../../../../../core/net/outbox.ts";
import type { ServerContext } from "../../../../../core/server/acts/context.ts";
import { IRC_COMMANDS } from "../../../../../core/server/doors/irc/commands/mod.ts";
import { EventFormatters } from "../../../../../core/server/doors/irc/session/event_formatter.ts";
import { IrcSession } from "../../../../../core/server/doors/irc/session/session.ts";
import { Changes } from "../../../../helpers/changes.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { serving } from "../../serving.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Lines of an outbox to messages of a WebSocket, and back: all that such a door needs besides its listener. */
class MessageLines implements LineConnection {
  readonly address = "192.0.2.1";
  readonly encrypted = true;
  #socket: WebSocket;
  #outbox: Outbox;
  #due: (outbox: Outbox) => void;

  constructor(socket: WebSocket, due: (outbox: Outbox) => void) {
    this.#socket = socket;
    this.#due = due;
    this.#outbox = new Outbox({
      write(chunks, done) {
        const lines = chunks.flatMap((chunk) => decoder.decode(chunk).split("\r\n"));
        for (const line of lines) if (line !== "") socket.send(line);
        queueMicrotask(done);
      },
      end: () => socket.close(),
      destroy: () => socket.close(),
    });
  }

  get pendingBytes(): number {
    return this.#outbox.pendingBytes + this.#socket.bufferedAmount;
  }

  get writes(): number {
    return this.#outbox.writes;
  }

  /** Gives what the client sends to `reader`. */
  open(reader: LineReader): void {
    this.#socket.onmessage = ({ data }) => reader.line(String(data));
    this.#socket.onclose = () => reader.ended("connection closed");
  }

  offerText(lines: string): boolean {
    return this.offer(encoder.encode(lines));
  }

  offer(lines: Uint8Array): boolean {
    const fits = this.#outbox.offer(lines);
    if (fits) this.#due(this.#outbox);
    return fits;
  }

  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  crowded(): void {
    // a WebSocket cannot be told to wait
  }

  end(last: string): void {
    this.#outbox.end(encoder.encode(last));
  }
}

/** Carries IRC sessions of a server over WebSockets. */
function serveWebSockets(context: ServerContext): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => {
      const answer = context.slots.take({ address: "192.0.2.1", isKnown: false }, () => {});
      assert(answer.state === "ok");
      const { slot } = answer;
      const connection = new MessageLines(socket, (outbox) => context.turn.add(outbox));
      const session = new IrcSession({
        ...{ context, connection, slot, commands: IRC_COMMANDS, formatters: new EventFormatters() },
        onClosed: () => slot.release(),
      });
      context.directory.add(session);
      connection.open(session.input);
    };
    return response;
  });
}

/** A client whose lines are messages. */
async function callByWebSocket(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  const messages: string[] = [];
  const changes = new Changes();
  socket.onmessage = ({ data }) => {
    messages.push(String(data));
    changes.tell();
  };
  const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
  await new Promise<void>((resolve) => socket.onopen = () => resolve());
  return {
    messages,
    closed,
    say: (...lines: readonly string[]) => lines.forEach((line) => socket.send(line)),
    expect: (pattern: RegExp) => changes.until(() => messages.some((line) => pattern.test(line))),
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
    },
  };
}

Deno.test("an IRC session is carried by messages of a line each, without a stream of bytes", async () => {
  await using chat = await serving();
  await using web = serveWebSockets(chat.server.context);
  const bob = await chat.enter("bob");
  bob.say("JOIN #tea");
  await bob.expect(/ 366 /);
  await using amy = await callByWebSocket(web.addr.port);
  amy.say("CAP LS 302", "NICK amy", "USER amy 0 * :amy", "CAP END", "JOIN #tea");
  await amy.expect(/ 001 amy /);
  await amy.expect(/ 366 amy #tea /);
  amy.say("PRIVMSG #tea :hello from a browser");
  await bob.expect(/^:amy!\S+ PRIVMSG #tea :hello from a browser$/);
  bob.say("PRIVMSG #tea :one", "PRIVMSG #tea :two \u{1f375}");
  await amy.expect(/^:bob!\S+ PRIVMSG #tea :two \u{1f375}$/u);
  amy.say("LIST", "PING end");
  await amy.expect(/ 323 /);
  amy.say("QUIT :done");
  await amy.closed;
  await bob.expect(/^:amy!\S+ QUIT /);
  assert.match(amy.messages.at(-1) ?? "", /^ERROR :Closing Link: /);
  for (const line of amy.messages) assert.doesNotMatch(line, /[\r\n]|^$/);
});

Deno.test("closing a WebSocket ends the session and frees the slot", async () => {
  await using chat = await serving();
  await using web = serveWebSockets(chat.server.context);
  {
    await using amy = await callByWebSocket(web.addr.port);
    amy.say("NICK amy", "USER amy 0 * :amy");
    await amy.expect(/ 001 amy /);
  }
  await eventually(() => chat.server.context.slots.used === 0);
  assert.equal(chat.server.context.hub.user("amy"), undefined);
});
