import assert from "node:assert/strict";
import { register, startClient, startServer, tempDir } from "../helpers/mod.ts";
import { makeTone } from "../helpers/sound.ts";

const PASSWORD = "correct horse battery";

Deno.test("chat connect off a terminal tells the live figures of each stream in a line", async () => {
  await using dir = await tempDir();
  await using server = await startServer();
  await using amy = await startClient(server);
  await register(amy, "amy", PASSWORD);
  const flags = ["--save-media", `${dir.path}/in`];
  await using bob = await startClient(server, { flags, json: false });
  await bob.say("/register bob");
  await bob.saySecret(PASSWORD);
  await bob.line(/^Signed in as bob$/);

  await amy.say("/audio bob ffmpeg:-f lavfi -i sine=440");
  await bob.line(/^\[1\] amy offers you: audio/);
  await bob.say("/accept");
  await bob.line(/^\[1\] audio amy -> bob begins$/);
  const [, seconds, latency] = await bob.line(
    /^\[1\] audio amy -> bob: 0:(\d\d), opus, \d+ kbit\/s(, latency \d+ ms)?, jitter [\d.]+ ms, \d+ lost, \d+ late/,
  );
  assert.equal(seconds, "01");
  if (latency === undefined) {
    await bob.line(/^\[1\] audio amy -> bob: 0:05, opus, .*latency \d+ ms/);
  }
  await bob.say("/stop");
  await bob.line(/^\[1\] audio amy -> bob: stopped after 0:\d\d, kept as \//);

  await amy.say(`/audio bob ${await makeTone(`${dir.path}/short.wav`, 0.4)}`);
  await bob.line(/^\[2\] amy offers you: audio short\.wav/);
  await bob.say("/accept");
  await bob.line(
    /^\[2\] audio amy -> bob: 0:0\d, opus, \d+ kbit\/s, jitter [\d.]+ ms, 0 lost, 0 late$/,
  );
  await bob.line(/^\[2\] audio amy -> bob: complete.*, kept as \/.*\/short\.ogg$/);

  await amy.say("/audio bob ffmpeg:-f lavfi -i sine=440");
  await bob.line(/^\[3\] amy offers you: audio/);
  await bob.say("/reject");
  await bob.line(/^! .* from amy: rejected$/);
});
