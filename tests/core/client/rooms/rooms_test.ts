import assert from "node:assert/strict";
import { JoinedRooms } from "../../../../core/client/rooms/rooms.ts";
import { line } from "../support.ts";

const isMe = (nick: string) => nick.toLowerCase() === "me";

function bookWith(...lines: string[]): JoinedRooms {
  const rooms = new JoinedRooms();
  for (const each of lines) rooms.apply(line(each), isMe);
  return rooms;
}

const apply = (rooms: JoinedRooms, text: string) => rooms.apply(line(text), isMe);
const membersOf = (
  rooms: JoinedRooms,
  name: string,
) => [...rooms.get(name)?.members.values() ?? []];

Deno.test("RoomBook", async (t) => {
  await t.step("knows who is in a room from its names, joins, parts, kicks and quits", () => {
    const left = { event: "left", room: "#Room", own: false };
    const rooms = bookWith(
      ":me!u@h JOIN #Room",
      ":srv 353 me = #room :@me +amy bob!b@h",
      ":carl!c@h JOIN #room carl :Carl",
    );
    assert.deepEqual(membersOf(rooms, "#ROOM"), ["me", "amy", "bob", "carl"]);
    assert.deepEqual(apply(rooms, ":amy!a@h PART #room :bye"), [
      { ...left, user: "amy", reason: { kind: "parted", text: "bye" } },
    ]);
    assert.deepEqual(apply(rooms, ":me!u@h KICK #room bob :rude"), [
      { ...left, user: "bob", reason: { kind: "kicked", by: "me", text: "rude" } },
    ]);
    assert.equal(apply(rooms, ":carl!c@h QUIT")[0]?.event, "left");
    assert.deepEqual(membersOf(rooms, "#room"), ["me"]);
  });

  await t.step("tells of a quit once for each room, and of nobody unseen", () => {
    const rooms = bookWith(
      ":me!u@h JOIN #a",
      ":me!u@h JOIN #b",
      ":amy!a@h JOIN #a",
      ":amy!a@h JOIN #b",
    );
    assert.equal(apply(rooms, ":amy!a@h QUIT :bye").length, 2);
    assert.equal(apply(rooms, ":amy!a@h QUIT :bye").length, 0);
  });

  await t.step("forgets a room that we have left", () => {
    const rooms = bookWith(":me!u@h JOIN #a", ":amy!a@h JOIN #a");
    assert.equal(apply(rooms, ":me!u@h PART #a")[0]?.event, "left");
    assert.equal(rooms.get("#a"), undefined);
    assert.deepEqual(apply(rooms, ":amy!a@h PART #a"), []);
  });

  await t.step("reports a join once, even if a user joins twice", () => {
    const rooms = bookWith(":me!u@h JOIN #a");
    assert.equal(apply(rooms, ":amy!a@h JOIN #a").length, 1);
    assert.equal(apply(rooms, ":amy!a@h JOIN #a").length, 0);
    assert.equal(apply(rooms, ":me!u@h JOIN #a").length, 0);
  });

  await t.step("follows a change of name through all rooms, told once", () => {
    const rooms = bookWith(
      ":me!u@h JOIN #a",
      ":me!u@h JOIN #b",
      ":amy!a@h JOIN #a",
      ":amy!a@h JOIN #b",
    );
    assert.deepEqual(apply(rooms, ":amy!a@h NICK :ann"), [
      { event: "renamed", from: "amy", to: "ann", own: false },
    ]);
    assert.deepEqual(membersOf(rooms, "#b"), ["me", "ann"]);
    assert.deepEqual(apply(rooms, ":stranger!s@h NICK :other"), []);
  });

  await t.step("tells a topic when it is there or changes, not when it is shown again", () => {
    const rooms = bookWith(":me!u@h JOIN #a");
    assert.deepEqual(apply(rooms, ":srv 332 me #a :tea"), [
      { event: "topic", room: "#a", topic: "tea", by: undefined },
    ]);
    assert.deepEqual(apply(rooms, ":srv 332 me #a :tea"), []);
    assert.deepEqual(apply(rooms, ":amy!a@h TOPIC #a :cake"), [
      { event: "topic", room: "#a", topic: "cake", by: "amy" },
    ]);
  });
});
