import assert from "node:assert/strict";
import { changeRoomModes, checkModeChange } from "../../../../core/server/acts/room_modes.ts";
import { acting } from "./acting.ts";

Deno.test("checkModeChange() completes what makes sense, and names what does not", async (t) => {
  await using chat = acting();
  const amy = chat.guest("amy");
  chat.guest("bob");
  const room = chat.server.hub.rooms.join(amy.user!, "#tea");
  assert(typeof room !== "string");
  const cases = {
    "+o AMY": { add: true, letter: "o", param: "amy" },
    "-v amy": { add: false, letter: "v", param: "amy" },
    "+b cara": { add: true, letter: "b", param: "cara!*@*" },
    "+k tea": { add: true, letter: "k", param: "tea" },
    "-k ": { add: false, letter: "k", param: "*" },
    "+l 007": { add: true, letter: "l", param: "7" },
    "-l ": { add: false, letter: "l" },
    "+o ": { state: "missing-parameter", letter: "o" },
    "+b ": { state: "missing-parameter", letter: "b" },
    "+l ": { state: "missing-parameter", letter: "l" },
    "+o dan": { state: "no-such-user", nick: "dan" },
    "+v bob": { state: "user-not-in-room", nick: "bob", room: "#tea" },
    "+b :x": { state: "malformed-mask", param: ":x" },
    [`+b ${"x".repeat(101)}`]: { state: "too-long-mask", param: "x".repeat(101) },
    "+k a,b": { state: "malformed-key" },
    "+k ": { state: "malformed-key" },
    "+l 0": { state: "bad-limit", param: "0" },
    "+l 1.5": { state: "bad-limit", param: "1.5" },
  };
  for (const [text, expected] of Object.entries(cases)) {
    await t.step(text, () => {
      const change = { add: text[0] === "+", letter: text[1]!, param: text.slice(3) };
      const checked = checkModeChange(chat.server, room, change);
      assert.deepEqual(checked.state === "ok" ? checked.change : checked, expected);
    });
  }
  await t.step("a full list of bans takes no other, but loses one", () => {
    const bans = Array.from(
      { length: 100 },
      (_, n) => ({ add: true, letter: "b", param: `x${n}!*@*` }),
    );
    chat.server.hub.rooms.setModes(room, bans, amy.user!);
    const full = { state: "ban-list-full", mask: "cara" };
    const change = { letter: "b", param: "cara" };
    assert.deepEqual(checkModeChange(chat.server, room, { add: true, ...change }), full);
    assert.equal(checkModeChange(chat.server, room, { add: false, ...change }).state, "ok");
  });
});

Deno.test("changeRoomModes() is for operators", async () => {
  await using chat = acting();
  const amy = chat.guest("amy"), bob = chat.guest("bob");
  const room = chat.server.hub.rooms.join(amy.user!, "#tea");
  assert(typeof room !== "string");
  chat.server.hub.rooms.join(bob.user!, "#tea");
  const changes = [{ add: true, letter: "m" }];
  const refused = { state: "not-operator", room: "#tea" };
  assert.deepEqual(changeRoomModes(chat.server, bob, { room, changes }), refused);
  assert(!room.flags.has("m"));
  assert.deepEqual(changeRoomModes(chat.server, bob, { room, changes: [] }), { state: "done" });
  assert.deepEqual(changeRoomModes(chat.server, amy, { room, changes }), { state: "done" });
  assert(room.flags.has("m"));
});
