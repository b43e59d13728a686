import assert from "node:assert/strict";
import { parseSource } from "../../../../../core/media/sources.ts";
import { Broadcast } from "../../../../../core/peer/streams/mod.ts";
import { makeTone } from "../../../../helpers/sound.ts";
import { tempDir } from "../../../../helpers/temp_dir.ts";
import { end, theirOffer, TONE, World } from "./stream_world.ts";

Deno.test("MediaStreams notifies both sides of a declined offer, as for files", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["amy", "bob"]);
  const [amy, bob] = [world.of("amy"), world.of("bob")];
  const { id } = await amy.streams.send("bob", TONE, { kind: "audio" });
  bob.offers.reject((await theirOffer(bob)).number, "not now");
  for (
    const [one, text] of [[amy, /to bob: .*bob: not now$/], [bob, /from amy: rejected$/]] as const
  ) {
    await end(one);
    const [error, ...others] = one.events.of("error");
    assert.deepEqual([error?.code, error?.id, others], ["offer-declined", id, []]);
    assert.match(error!.text, text);
    assert.ok(one.events.all.indexOf(error!) < one.events.all.length - 1, "the end comes last");
  }
});

Deno.test("MediaStreams does not name a room that we are not in", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["bob"]);
  for (
    const [id, room, wanted] of [["a", "#lobby", "#lobby"], ["b", "#elsewhere", undefined]] as const
  ) {
    await using broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio", id, room });
    broadcast.send(await world.link("amy", "bob"));
    const offer = await world.of("bob").events.wait("offer", (event) => event.id === id);
    assert.equal(offer.room, wanted);
  }
});

Deno.test("MediaStreams tells the figures of a stream that is over within a second", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["amy", "bob"]);
  const people = [world.of("amy"), world.of("bob")] as const;
  const [amy, bob] = people;
  bob.offers.policy = "always";
  await amy.streams.send("bob", await makeTone(`${dir.path}/tone.wav`, 0.5), { kind: "audio" });
  for (const one of people) {
    await end(one);
    const states = one.events.of("stream").map(({ state }) => state);
    assert.deepEqual([states[0], ...states.slice(-2)], ["started", "stats", "ended"]);
    const { codec, bytes = 0, bitsPerSecond = 0 } = one.events.of("stream").at(-2)!;
    assert.equal(codec, "opus");
    assert.ok(bytes > 1_000 && bitsPerSecond > 20_000, JSON.stringify({ bytes, bitsPerSecond }));
  }
});
