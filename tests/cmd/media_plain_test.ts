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
  const [, latency] = await bob.line(
    /^\[1\] audio amy -> bob: 0:\d\d, opus, \d+ kbit\/s(, latency \d+ ms)?, jitter [\d.]+ ms, \d+ lost, \d+ late/,
  );
  if (latency === undefined) {
    await bob.line(/^\[1\] audio amy -> bob: \d:\d\d, opus, .*latency \d+ ms/);
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

Deno.test("chat connect tells an ffmpeg that is missing from one that may not run, or does not work", async () => {
  await using dir = await tempDir();
  await using server = await startServer();
  const cases: readonly [name: string, words: RegExp, content?: string, mode?: number][] = [
    ["missing", /^Cannot find ffmpeg: install FFmpeg$/],
    [
      "forbidden",
      /^Cannot start \/.*\/forbidden\/ffmpeg: it is not an executable file$/,
      "",
      0o644,
    ],
    [
      ...["broken", /^Cannot use ffmpeg, it ends at once: libx264\.so: cannot open$/] as const,
      ...["#!/bin/sh\necho 'libx264.so: cannot open' >&2\nexit 127\n", 0o755] as const,
    ],
    ["silent", /^Cannot use ffmpeg, it ends at once: exit code 3$/, "#!/bin/sh\nexit 3\n", 0o755],
  ];
  for (const [name, words, content, mode = 0o644] of cases) {
    const folder = `${dir.path}/${name}`;
    await Deno.mkdir(folder);
    if (content !== undefined) await Deno.writeTextFile(`${folder}/ffmpeg`, content, { mode });
    await using amy = await startClient(server, { env: { PATH: folder } });
    await register(amy, `amy_${name}`, PASSWORD);
    for (const line of ["/devices", "/audio bob ffmpeg:-f lavfi -i sine=440"]) {
      await amy.say(line);
      const error = await amy.event("error");
      assert.equal(error["code"], "no-ffmpeg", line);
      assert.match(String(error["text"]), words, line);
    }
  }
});
