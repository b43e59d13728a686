import assert from "node:assert/strict";
import { type Spoken, SpokenReader } from "../../../../core/client/rooms/spoken.ts";
import { BatchCollector } from "../../../../core/client/session/batches.ts";
import { line } from "../support.ts";

const isMe = (nick: string) => nick === "me";
const NOW = new Date("2026-01-02T03:04:05.000Z");

function read(reader: SpokenReader, ...lines: string[]): Spoken[] {
  const batches = new BatchCollector();
  return lines.flatMap((text) => {
    const unit = batches.accept(line(text));
    return unit ? reader.read(unit, isMe) : [];
  });
}

const announced = (facts: { from?: string; room?: string; text: string }) => ({
  kind: "announcement",
  announcement: { event: "announcement", from: undefined, room: undefined, ...facts },
});

const message = (spoken: Spoken | undefined) =>
  spoken?.kind === "message" ? spoken.message : undefined;

Deno.test("SpokenReader", async (t) => {
  await t.step("reads a room message with its id and time", () => {
    const [spoken] = read(
      new SpokenReader(() => NOW),
      "@time=2020-01-01T00:00:00.5Z;msgid=m1;account=amy :amy!a@h PRIVMSG #room :hi all",
    );
    assert.deepEqual(message(spoken), {
      event: "message",
      room: "#room",
      from: "amy",
      text: "hi all",
      id: "m1",
      time: "2020-01-01T00:00:00.500Z",
      action: false,
      own: false,
      replayed: false,
    });
  });

  await t.step("takes now for a time that is none, and makes an id where there is none", () => {
    const [first, second] = read(
      new SpokenReader(() => NOW),
      "@time=yesterday :me!u@h PRIVMSG #room :one",
      ":me!u@h PRIVMSG #room :\x01ACTION waves\x01",
    ).map(message);
    assert.equal(first?.time, NOW.toISOString());
    assert.equal(first?.own, true);
    assert.equal(second?.action, true);
    assert.notEqual(first?.id, second?.id);
  });

  await t.step("never reads the same message twice, whether live or from history", () => {
    const reader = new SpokenReader();
    const said = "msgid=m1 :amy!a@h PRIVMSG #room :hi";
    assert.equal(read(reader, `@${said}`).length, 1);
    const history = ["BATCH +h chathistory #room", `@batch=h;${said}`, "BATCH -h"];
    assert.equal(read(reader, ...history).length, 0);
    assert.equal(read(reader, `@${said}`).length, 0);
  });

  await t.step("marks what comes from history", () => {
    const [spoken] = read(
      new SpokenReader(),
      "BATCH +h chathistory #room",
      "@batch=h;msgid=m1 :amy!a@h PRIVMSG #room :hi",
      "BATCH -h",
    );
    assert.equal(message(spoken)?.replayed, true);
  });

  await t.step("puts the lines of a multiline batch together", () => {
    const [spoken, ...none] = read(
      new SpokenReader(),
      "@msgid=m1;account=amy :amy!a@h BATCH +m draft/multiline #room",
      "@batch=m :amy!a@h PRIVMSG #room :one ",
      "@batch=m;draft/multiline-concat :amy!a@h PRIVMSG #room :line",
      "@batch=m :amy!a@h PRIVMSG #room :two",
      "BATCH -m",
    );
    assert.equal(message(spoken)?.text, "one line\ntwo");
    assert.equal(message(spoken)?.id, "m1");
    assert.deepEqual(none, []);
  });

  await t.step("vouches for a private message's author only by the account tag", () => {
    const [with_, without] = read(
      new SpokenReader(),
      "@account=amy;msgid=p1 :amy!a@h PRIVMSG me :psst",
      "@msgid=p2 :amy!a@h PRIVMSG me :psst",
    );
    assert(with_?.kind === "private" && without?.kind === "private");
    assert.deepEqual([with_.account, without.account], ["amy", undefined]);
    assert.equal(with_.message.direct, false);
  });

  await t.step("shows notices as such, and no other CTCP", () => {
    const spoken = read(
      new SpokenReader(),
      ":srv NOTICE me :welcome",
      ":bot!b@h NOTICE #room :news",
      ":amy!a@h PRIVMSG me :\x01VERSION\x01",
    );
    assert.deepEqual(spoken, [
      announced({ text: "welcome" }),
      announced({ from: "bot", room: "#room", text: "news" }),
    ]);
  });
});
