import assert from "node:assert/strict";
import { Inbox, type InboxSession, MAX_LAST_IDS } from "../../../../core/client/rooms/inbox.ts";
import { JoinedRooms } from "../../../../core/client/rooms/rooms.ts";
import { SpokenReader } from "../../../../core/client/rooms/spoken.ts";
import { line } from "../support.ts";

Deno.test("Inbox remembers the last message of so many rooms, and forgets the quietest", () => {
  const inbox = new Inbox(new JoinedRooms(), new SpokenReader());
  const session: InboxSession = {
    account: "amy",
    nick: "amy",
    registered: true,
    server: { server: "localhost:1", fingerprint: "" },
    isMe: (nick) => nick === "amy",
  };
  let ids = 0;
  const hear = (room: string) => {
    const text = `@msgid=m${++ids} :bob!b@chat PRIVMSG ${room} :hello`;
    assert.equal([...inbox.read(session, { kind: "line", line: line(text) }, false)].length, 1);
  };
  hear("#lobby");
  hear("#quiet");
  for (let i = 2; i < MAX_LAST_IDS; i++) hear(`#room${i}`);
  hear("#lobby");
  hear("#new");
  assert.equal(inbox.lastIdOf("#quiet"), undefined);
  assert.equal(inbox.lastIdOf("#Lobby"), `m${ids - 1}`);
  assert.equal(inbox.lastIdOf("#room2"), "m3");
});
