import assert from "node:assert/strict";
import { ClientError } from "../../../../../core/client/events/errors.ts";
import { type Clock, systemClock } from "../../../../../core/ground/clock.ts";
import { parseSource } from "../../../../../core/media/sources.ts";
import { PeerError } from "../../../../../core/peer/mod.ts";
import { Broadcast, receiveStream } from "../../../../../core/peer/streams/mod.ts";
import { eventually } from "../../../../helpers/eventually.ts";
import { makeTone } from "../../../../helpers/sound.ts";
import { tempDir } from "../../../../helpers/temp_dir.ts";
import { end, theirOffer, TONE, World } from "./stream_world.ts";

Deno.test("MediaStreams tells both sides of a stream by one id", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["amy", "bob"]);
  const [amy, bob] = [world.of("amy"), world.of("bob")];
  const offer = await amy.streams.send("bob", await makeTone(`${dir.path}/a tone.wav`, 1), {
    kind: "audio",
  });
  const seen = await theirOffer(bob);
  assert.deepEqual([seen.id, seen.names, seen.from], [offer.id, ["a tone.wav"], "amy"]);
  bob.offers.accept(seen.number, { into: `${dir.path}/in` });
  assert.deepEqual([(await end(amy)).ending?.end, (await end(bob)).ending?.end], ["done", "done"]);
  const received = await bob.events.wait("received");
  assert.equal(received.path, `${dir.path}/in/a tone.ogg`);
  const names = bob.events.all.map((event) => event.event);
  assert.ok(names.indexOf("received") < names.lastIndexOf("stream"), "the end comes last");
  assert.deepEqual([amy.offers.list(), bob.offers.list(), bob.streams.list()], [[], [], []]);
});

Deno.test("MediaStreams answers by its policy, but never a call", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["amy", "bob"]);
  const [amy, bob] = [world.of("amy"), world.of("bob")];
  bob.offers.policy = "never";
  await amy.streams.send("bob", TONE, { kind: "audio" });
  assert.equal((await end(amy)).ending?.end, "rejected");

  bob.offers.policy = "always";
  await amy.streams.call("bob", TONE);
  await bob.events.wait("offer", ({ call }) => call === "offer");
  const { id } = await amy.streams.send("bob", TONE, { kind: "audio" });
  await bob.events.wait("stream", (event) => event.id === id && event.state === "started");
  assert.deepEqual(bob.offers.list().map(({ state }) => state), ["waiting", "running"]);
});

Deno.test("MediaStreams takes only the called person's answer to a call, and only one", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["amy"]);
  const amy = world.of("amy");
  await amy.streams.call("bob", TONE);
  await using incoming = await receiveStream(world.outside[0]!);
  const call = incoming.offer.call!;
  await using stack = new AsyncDisposableStack();
  const answer = async (from: string) => {
    const broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio", call });
    return stack.use(broadcast).send(await world.link(from, "amy"));
  };
  assert.equal((await (await answer("carl")).ended).reason, "rejected", "carl was not called");
  const bob = await answer("bob");
  assert.equal(await bob.accepted, true);
  await amy.events.wait("stream", (event) => event.from === "bob" && event.state === "started");
  assert.equal((await (await answer("bob")).ended).reason, "rejected", "it is answered");
  await amy.streams.stop(); // hangs up
  assert.deepEqual(await bob.ended, { reason: "stopped", by: "them" });
  await incoming.withdrawn;
  assert.deepEqual(amy.streams.list(), []);
});

Deno.test("MediaStreams asks everybody in a room, and says who could not be asked", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["amy", "bob", "carl", "dora"]);
  const amy = world.of("amy");
  world.unreachable.set("dora", new PeerError({ kind: "no-answer", account: "dora" }));
  await amy.streams.send("#lobby", TONE, { kind: "audio" });
  const notice = await amy.events.wait("notice");
  assert.equal(notice.text, "Offered to 2 of 3 in #lobby");
  const { number, to, room } = await theirOffer(world.of("bob"));
  assert.deepEqual([to, room], ["bob", "#lobby"]);
  world.of("bob").offers.reject(number, "not now");
  await amy.events.wait("notice", ({ text }) => /bob: not now/.test(text));
  assert.equal(amy.streams.list().length, 1, "carl may still say yes");
  assert.deepEqual(amy.events.of("error"), []);
  await theirOffer(world.of("carl"));
  world.of("carl").offers.reject();
  assert.equal((await end(amy)).ending?.end, "rejected");
  assert.deepEqual(amy.events.of("error").map(({ code }) => code), ["offer-declined"]);

  for (const name of ["bob", "carl"]) {
    world.unreachable.set(
      name,
      new PeerError({ kind: "call-refused", account: name, reason: "busy" }),
    );
  }
  await assert.rejects(amy.streams.send("#lobby", TONE, { kind: "audio" }), {
    code: "not-delivered",
  });
  assert.deepEqual(amy.offers.list(), []);
});

Deno.test("MediaStreams names what keeps it from offering", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["amy", "bob"]);
  const { streams } = world.of("amy");
  const code = async (to: string, source: string) => {
    try {
      await streams.send(to, source, { kind: "audio" });
      return "sent";
    } catch (error) {
      return error instanceof ClientError ? error.code : String(error);
    }
  };
  assert.equal(await code("bob", `${dir.path}/nothing.mp3`), "refused-source");
  assert.equal(await code("bob", "ffmpeg:sine"), "bad-source");
  assert.equal(await code("bob", "mic:nobody's"), "no-device");
  assert.equal(await code("not a name", TONE), "bad-name");
  assert.equal(await code("#nowhere", TONE), "not-in-room");
  const faults = [
    [new PeerError({ kind: "no-answer", account: "bob" }), "not-delivered"],
    [new PeerError({ kind: "untrusted", account: "bob", pin: "another key" }), "untrusted-peer"],
    [
      new PeerError({ kind: "no-answer", account: "bob" }, {
        cause: new ClientError({ kind: "not-online", nick: "bob" }),
      }),
      "no-such-user",
    ],
  ] as const;
  for (const [error, wanted] of faults) {
    world.unreachable.set("bob", error);
    assert.equal(await code("bob", TONE), wanted);
  }
});

Deno.test("MediaStreams bounds what others can begin here", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["bob"]);
  const bob = world.of("bob");
  bob.offers.policy = "always";
  const broadcast = await Broadcast.open(parseSource(TONE), { kind: "audio", id: "one" });
  const first = broadcast.send(await world.link("amy", "bob"));
  assert.equal(await first.accepted, true);
  const same = broadcast.send(await world.link("amy", "bob"));
  assert.deepEqual(await same.ended, {
    ...{ reason: "rejected", by: "them", text: "this stream is under way" },
  });
  const others = await Promise.all(Array.from({ length: 20 }, async (_, at) => {
    const other = await Broadcast.open(parseSource(TONE), { kind: "audio", id: `n${at}` });
    return { other, sent: other.send(await world.link(`amy${at}`, "bob")) };
  }));
  const answers = await Promise.all(others.map(({ sent }) => sent.accepted));
  assert.equal(answers.filter((yes) => yes).length, 19);
  await Promise.all([broadcast, ...others.map(({ other }) => other)].map((one) => one.stop()));
});

Deno.test("MediaStreams.settled() stops what is live, and waits for files and, a while, for answers", async () => {
  await using dir = await tempDir();
  const hours = new FakeHours();
  await using world = new World(dir.path, ["amy", "bob"], hours);
  const [amy, bob] = [world.of("amy"), world.of("bob")];
  const path = await makeTone(`${dir.path}/tone.wav`, 1);
  await amy.streams.send("bob", TONE, { kind: "audio" });
  const file = await amy.streams.send("bob", path, { kind: "audio" });
  await bob.events.wait("offer", ({ id }) => id === file.id);
  let isSettled = false;
  const settled = amy.streams.settled().then(() => isSettled = true);
  assert.equal((await end(amy)).ending?.end, "stopped", "the live one");
  assert.equal(isSettled, false);
  await eventually(() => bob.offers.list().length === 1, "the live one is taken back");
  bob.offers.accept();
  await amy.events.wait("stream", (event) => event.ending?.end === "done");
  await settled;

  await amy.streams.send("bob", path, { kind: "audio" });
  const waiting = amy.streams.settled();
  hours.pass();
  await waiting;
  assert.equal(amy.offers.list().length, 1, "nobody has answered it");
});

Deno.test("MediaStreams.settled() hears raw input with a duration to its end, on both sides", async () => {
  await using dir = await tempDir();
  await using world = new World(dir.path, ["amy", "bob"]);
  const [amy, bob] = [world.of("amy"), world.of("bob")];
  await amy.streams.send("bob", `${TONE}:duration=1`, { kind: "audio" });
  await bob.events.wait("offer");
  bob.offers.accept();
  await bob.events.wait("stream", ({ state }) => state === "started");
  await Promise.all([amy.streams.settled(), bob.streams.settled()]);
  for (const one of [amy, bob]) assert.equal((await end(one)).ending?.end, "done");
});

/** A clock whose long waits end when told. */
class FakeHours implements Clock {
  #passed = Promise.withResolvers<void>();

  now(): number {
    return systemClock.now();
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms < 60_000) return await systemClock.sleep(ms, signal);
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    );
    await Promise.race([this.#passed.promise, aborted]);
  }

  pass(): void {
    this.#passed.resolve();
  }
}
