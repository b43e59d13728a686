import assert from "node:assert/strict";
import { toShown } from "../../../../cmd/terminal/words/event_words.ts";
import type { ClientEvent } from "../../../../core/client/mod.ts";

const PIN = "ab".repeat(32);

Deno.test("toShown() makes a notice of what a person should know", () => {
  const notices: [event: ClientEvent, text: string][] = [
    [{ event: "motd", text: "Welcome" }, "Welcome"],
    [{ event: "announcement", from: undefined, room: undefined, text: "news" }, "news"],
    [{ event: "announcement", from: "bot", room: undefined, text: "news" }, "-bot- news"],
    [{ event: "announcement", from: "bot", room: "#a", text: "news" }, "-bot/#a- news"],
    [{ event: "invited", room: "#a", by: "amy" }, "amy invites you to #a: /join #a"],
    [
      { event: "say-queued", room: "#a", waiting: 2 },
      "Not connected: kept to be said later (2 waiting)",
    ],
    [
      { event: "key-pinned", account: "bob", pin: PIN },
      "First direct link with bob: key abababababababab... is trusted from now on (/verify bob compares it)",
    ],
    [
      {
        ...{ event: "transfer-interrupted", id: "t1", number: 1, names: ["a", "b"], files: 2 },
        ...{ failure: { kind: "other", message: "The link was lost" }, retryInMs: 2_500 },
      },
      "a and more (2 files): The link was lost, trying again in 2.5 s",
    ],
    [
      {
        ...{ event: "receiver-left", id: "s1", number: 2, name: "song.mp3", room: "#a" },
        ending: { other: "bob", end: "stopped", by: "them" },
      },
      "song.mp3 for #a: stopped by bob",
    ],
  ];
  for (const [event, text] of notices) assert.deepEqual(toShown(event), { event: "notice", text });
});

Deno.test("toShown() makes an error of what did not happen, with the code for programs", () => {
  const refusal = { fault: "no-such-room", code: "no-such-room", subject: "#a" } as const;
  const problem = { kind: "server-refusal", ...refusal, text: "No such room" } as const;
  const offer = { number: 1, from: "amy", to: "bob", own: true } as const;
  const errors: [event: ClientEvent, code: string, text: string, id?: string][] = [
    [{ event: "refused", problem }, "no-such-room", "#a: No such room"],
    [
      { event: "rejoin-failed", room: "#a", problem },
      "no-such-room",
      "Not back in #a: #a: No such room",
    ],
    [
      { event: "reconnecting", inMs: 1_500, reason: { kind: "silent" } },
      "disconnected",
      "Not connected: the server has gone silent. Trying again in 1.5 s",
    ],
    [
      { event: "key-changed", account: "bob", pin: PIN },
      "untrusted-peer",
      "THE KEY OF bob HAS CHANGED to abababababababab...: no link. Either they have a new machine, " +
      "or somebody pretends to be them. Ask them, then /trust bob",
    ],
    [
      {
        ...{ event: "transfer-ended", id: "t1", ...offer, names: ["a.bin"], files: 1 },
        ...{ code: "transfer-lost", failure: { kind: "peer", failure: unreachable() } },
      },
      "transfer-lost",
      "a.bin to bob: Cannot reach bob: 192.0.2.1: refused; Not connected to the server" +
      ". Offered again, it continues where it stopped",
      "t1",
    ],
    [
      {
        ...{ event: "stream-failed", id: "s1", ...offer, name: "song.mp3", code: "offer-declined" },
        ending: { other: "bob", end: "rejected", by: "them", text: "busy" },
      },
      "offer-declined",
      "song.mp3 to bob: rejected by bob: busy",
      "s1",
    ],
  ];
  for (const [event, code, text, id] of errors) {
    assert.deepEqual(toShown(event), { event: "error", code, text, ...(id ? { id } : {}) });
  }
});

function unreachable() {
  const ways = ["192.0.2.1: refused", { kind: "not-connected" } as const];
  return { kind: "unreachable", account: "bob", ways } as const;
}

Deno.test("toShown() gives reasons in words and keeps the other fields as they are", () => {
  const facts = { event: "stream", id: "s1", number: 1, kind: "audio", from: "amy", to: "bob" };
  const ending = { other: "amy", end: "withdrawn" } as const;
  const ended = { ...facts, state: "ended", ending, path: "/a.ogg" } as ClientEvent;
  assert.equal(
    JSON.stringify(toShown(ended)),
    JSON.stringify({
      ...{ ...facts, state: "ended", end: "withdrawn", reason: "taken back by amy" },
      path: "/a.ogg",
    }),
  );
  const left = { event: "left", room: "#a", user: "bob", own: false } as const;
  const reasons = [
    [{ kind: "parted", text: "" }, ""],
    [{ kind: "quit", text: "" }, "signed out"],
    [{ kind: "kicked", by: "amy", text: "rude" }, "kicked by amy: rude"],
  ] as const;
  for (const [reason, text] of reasons) {
    assert.deepEqual(toShown({ ...left, reason }), { ...left, reason: text });
  }
  const message = { event: "delivered", to: "bob", id: "m1", direct: true } as const;
  assert.equal(toShown(message), message);
});
