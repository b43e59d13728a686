import assert from "node:assert/strict";
import fc from "fast-check";
import type { LossReason } from "../../../../core/client/events/problems.ts";
import { Inbox, type InboxFact } from "../../../../core/client/rooms/inbox.ts";
import { JoinedRooms } from "../../../../core/client/rooms/rooms.ts";
import { SpokenReader } from "../../../../core/client/rooms/spoken.ts";
import type {
  ServerConnection,
  ServerConnectionEvents,
} from "../../../../core/client/session/connection.ts";
import { ServerSession } from "../../../../core/client/session/session.ts";
import { systemClock } from "../../../../core/ground/clock.ts";
import { cleanSpeech } from "../../../../core/ground/text.ts";

/** A connection in memory. */
class MemoryConnection implements ServerConnection {
  readonly server = "srv:1";
  readonly fingerprint = "AB";
  readonly sent: string[] = [];
  events: ServerConnectionEvents | undefined;

  open(events: ServerConnectionEvents): void {
    this.events = events;
  }
  send(line: string): void {
    this.sent.push(line);
  }
  destroy(reason: LossReason): void {
    this.events?.closed(reason);
  }
  [Symbol.asyncDispose](): Promise<void> {
    this.events?.closed({ kind: "stopping" });
    return Promise.resolve();
  }
}

/** Every text in a value, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const word = fc.oneof(
  fc.constantFrom(
    "me",
    "#lobby",
    "#Lobby",
    "amy",
    "+a",
    "-a",
    "*",
    "chathistory",
    "LS",
    "ACK",
    "DEL",
    "NEW",
  ),
  fc.constantFrom(
    "draft/multiline",
    "labeled-response",
    "ACTION",
    "\x01ACTION x",
    "",
    ":",
    "@+me",
    "sasl",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const tag = fc.oneof(
  fc.constantFrom(
    "batch=a",
    "label=c1",
    "account=amy",
    "msgid=1",
    "time=now",
    "+chat/ack=1",
    "+chat/peer={",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const verb = fc.oneof(
  fc.constantFrom(
    "BATCH",
    "JOIN",
    "PART",
    "QUIT",
    "KICK",
    "NICK",
    "TOPIC",
    "PRIVMSG",
    "NOTICE",
    "TAGMSG",
  ),
  fc.constantFrom(
    "CAP",
    "FAIL",
    "NOTE",
    "WARN",
    "ERROR",
    "INVITE",
    "AUTHENTICATE",
    "PONG",
    "REGISTER",
  ),
  fc.integer({ min: 0, max: 999 }).map((number) => String(number).padStart(3, "0")),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const hostileLine = fc.tuple(
  fc.array(tag, { maxLength: 4 }),
  word,
  verb,
  fc.array(word, { maxLength: 5 }),
)
  .map(([tags, source, command, params]) =>
    `${tags.length > 0 ? `@${tags.join(";")} ` : ""}:${source}!u@h ${command} ${params.join(" ")}`
      .replace(/[\r\n\0]/g, "")
  );

Deno.test("No line of a server breaks the client or shows what a terminal would obey", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostileLine, { maxLength: 60 }), async (lines) => {
      const told: InboxFact[] = [];
      const connection = new MemoryConnection();
      const inbox = new Inbox(new JoinedRooms(), new SpokenReader());
      const session: ServerSession = new ServerSession(connection, {
        clock: systemClock,
        random: () => 0.5,
        events: {
          unit: (unit, answers) => told.push(...inbox.read(session, unit, answers)),
          roundTrip: () => {},
        },
      });
      const registering = session.register({ account: "me", password: "pw" });
      registering.catch(() => {}); // whatever becomes of it
      const version = session.request({ command: "VERSION" });
      version.catch(() => {}); // whatever becomes of it
      connection.events?.line(":srv 001 me :Welcome");
      for (const line of lines) connection.events?.line(line);
      await session[Symbol.asyncDispose]();
      await Promise.allSettled([registering, version]);
      const texts = told.flatMap(textsIn);
      for (const text of texts) {
        assert.equal(cleanSpeech(text.replaceAll("\n", "")), text.replaceAll("\n", ""));
      }
      for (const line of connection.sent) assert.doesNotMatch(line, /[\r\n\0]/);
    }),
    { numRuns: 300 },
  );
});
