import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import type { ConnectionEvents } from "../../../../core/net/connection.ts";
import { detectDoor, type DoorTable } from "../../../../core/server/doors/detect.ts";
import type { Door } from "../../../../core/server/doors/door.ts";
import { QuietConnection } from "../../net/quiet_connection.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A connection whose events the test makes. */
class FakeConnection extends QuietConnection {
  events: ConnectionEvents | undefined;
  isEnded = false;

  constructor(override readonly alpn: string | undefined) {
    super();
  }

  override open(events: ConnectionEvents): void {
    this.events = events;
  }
  override handOver(events: ConnectionEvents): void {
    this.events = events;
  }
  override end(): void {
    this.isEnded = true;
  }
  say(text: string): void {
    this.events?.data(bytesOf(text));
  }
}

/** A door for what begins with its letter, and then a full stop. */
function letterDoor(letter: string, note: (what: string) => void): Door {
  return {
    name: "irc",
    alpn: [],
    claims(first, alpn) {
      if (alpn === letter) return "yes";
      const text = textOf(first);
      if (`${letter}.`.startsWith(text)) return text.length === 2 ? "yes" : "more";
      return text.startsWith(`${letter}.`) ? "yes" : "no";
    },
    claimsLate: (first) => textOf(first).startsWith(`${letter}.`),
    open: () => ({
      events: {
        data: (bytes) => note(`${letter} data ${textOf(bytes)}`),
        ended: () => note(`${letter} ended`),
        closed: (reason) => note(`${letter} closed ${reason}`),
        dismiss: () => note(`${letter} dismissed`),
      },
    }),
    refuse: (reason) => reason,
  };
}

/** Doors "a" and "b", and "c" as the default; and what happens at them. */
function detecting({ silenceMs = 60_000, alpn }: { silenceMs?: number; alpn?: string } = {}) {
  const notes: string[] = [];
  const note = (what: string) => void notes.push(what);
  const doors: DoorTable = [letterDoor("a", note), letterDoor("b", note), {
    ...letterDoor("c", note),
    claims: (first) => first.length === 0 ? "more" : "yes",
  }];
  const connection = new FakeConnection(alpn);
  const open = (door: Door) => {
    note(`open ${"abc"[doors.indexOf(door)]}`);
    return door.open({
      connection,
      slot: { welcome() {}, settle() {}, release() {} },
      onClosed() {},
    }).events;
  };
  detectDoor(connection, { doors, silenceMs, open });
  return { connection, notes };
}

Deno.test("detectDoor() hands all first bytes to the door that claims them, however they are split", () => {
  const beginning = fc.constantFrom("a. and more", "b. and more", "neither of them", "a, b");
  fc.assert(fc.property(beginning, fc.nat(), (text, at) => {
    const { connection, notes } = detecting();
    const cut = at % (text.length + 1);
    for (const part of [text.slice(0, cut), text.slice(cut)]) if (part !== "") connection.say(part);
    connection.events?.closed("done");
    const letter = /^[ab]\./.test(text) ? text[0] : "c";
    assert.equal(notes[0], `open ${letter}`);
    assert.equal(notes.filter((what) => what.startsWith("open")).length, 1);
    const data = notes.filter((what) => what.includes("data")).map((what) => what.slice(7));
    assert.equal(data.join(""), text);
    assert.equal(notes.at(-1), `${letter} closed done`);
  }));
});

Deno.test("detectDoor() opens the door of the negotiated protocol before any bytes", () => {
  const { connection, notes } = detecting({ alpn: "a" });
  assert.deepEqual(notes, ["open a"]);
  connection.say("b. says nothing about it");
  assert.deepEqual(notes.at(-1), "a data b. says nothing about it");
});

Deno.test("detectDoor() gives an unfinished beginning to the default door when no more follows", () => {
  const { connection, notes } = detecting();
  connection.say("a");
  assert.deepEqual(notes, []);
  connection.events?.ended?.();
  assert.deepEqual(notes, ["open c", "c data a", "c ended"]);
});

Deno.test("detectDoor() ends a connection without bytes, and opens nothing", () => {
  const { connection, notes } = detecting();
  connection.events?.ended?.();
  assert(connection.isEnded);
  connection.events?.closed("gone");
  assert.deepEqual(notes, []);
});

Deno.test("detectDoor() opens the default door after a silence, and another one for a program that is late", async (t) => {
  for (
    const [said, after] of [
      ["hello", ["c data hello"]],
      ["b. late", ["c dismissed", "open b", "b data b. late"]],
    ] as const
  ) {
    await t.step(said, async () => {
      const { connection, notes } = detecting({ silenceMs: 1 });
      while (notes.length === 0) await pause(1);
      connection.say(said);
      connection.say("!");
      const letter = said === "hello" ? "c" : "b";
      assert.deepEqual(notes, ["open c", ...after, `${letter} data !`]);
    });
  }
});

Deno.test("detectDoor() counts what came before the silence as the beginning of what comes late", async () => {
  const { connection, notes } = detecting({ silenceMs: 1 });
  connection.say("b");
  while (notes.length === 0) await pause(1);
  connection.say(". slow line");
  assert.deepEqual(notes, ["open c", "c dismissed", "open b", "b data b. slow line"]);
  connection.events?.closed("done");
  assert.equal(notes.at(-1), "b closed done");
});
