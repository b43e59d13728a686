import assert from "node:assert/strict";
import { parseAvFoundation, parseDirectShow, parseSources } from "../../../core/media/devices.ts";
import { sourceTitle } from "../../../core/media/source_title.ts";
import {
  checkSource,
  endsByItself,
  inputArguments,
  isLive,
  parseSource,
} from "../../../core/media/sources.ts";
import { tempDir } from "../../helpers/mod.ts";

Deno.test("parseSource() tells files, URLs, devices and ffmpeg's own arguments apart", () => {
  assert.deepEqual(parseSource("C:\\music\\a.mp3"), { from: "file", path: "C:\\music\\a.mp3" });
  assert.deepEqual(parseSource("-rf.mp3"), { from: "file", path: "-rf.mp3" });
  assert.deepEqual(parseSource("file:///tmp/a%20b.ogg"), { from: "file", path: "/tmp/a b.ogg" });
  assert.deepEqual(parseSource("https://e.org/a"), { from: "url", url: "https://e.org/a" });
  assert.deepEqual(parseSource("mic:hw:1"), { from: "device", kind: "mic", name: "hw:1" });
  assert.deepEqual(parseSource("camera"), { from: "device", kind: "camera" });
  assert.deepEqual(parseSource("microphone.wav"), { from: "file", path: "microphone.wav" });
  for (const text of ["", "ffmpeg:", "ffmpeg:-f lavfi sine", "ffmpeg:-i 'a", "file:///%ff"]) {
    assert.throws(() => parseSource(text), { name: "MediaError", fault: "bad-source" }, text);
  }
});

Deno.test("isLive() is true for what runs by itself", () => {
  const live = ["mic", "camera", "rtsp://h/1", "udp://@:5000", "ffmpeg:-i a.mp3"];
  for (const text of live) assert.equal(isLive(parseSource(text)), true, text);
  for (const text of ["a.mp3", "https://h/a.mp3"]) assert.equal(isLive(parseSource(text)), false);
});

Deno.test("endsByItself() distinguishes sources that are worth waiting for from endless ones", () => {
  const ending = [
    ...["a.mp3", "https://h/a.mp3", "ffmpeg:-i a.mp3", "ffmpeg:-f concat -i list.txt"],
    ...["ffmpeg:-f lavfi -i sine=440:duration=3", "ffmpeg:-f lavfi -i testsrc=d=2:size=320x240"],
    ...["ffmpeg:-t 3 -f lavfi -i sine=440", "ffmpeg:-to 0:03 -f pulse -i default"],
    ...["ffmpeg:-stream_loop 2 -i a.mp3", "ffmpeg:-f lavfi -i amovie=a.mp3"],
  ];
  const endless = [
    ...["mic", "camera", "rtsp://h/1", "udp://@:5000", "ffmpeg:-i rtsp://h/1"],
    ...["ffmpeg:-f lavfi -i sine=440", "ffmpeg:-f pulse -i default"],
    ...["ffmpeg:-stream_loop -1 -i a.mp3", "ffmpeg:-f lavfi -i testsrc -f lavfi -i anoisesrc"],
  ];
  for (const text of ending) assert.equal(endsByItself(parseSource(text)), true, text);
  for (const text of endless) assert.equal(endsByItself(parseSource(text)), false, text);
});

Deno.test("sourceTitle() tells no folder, no query and no password", () => {
  assert.equal(sourceTitle(parseSource("/home/amy/secret/song.mp3")), "song.mp3");
  assert.equal(
    sourceTitle(parseSource("https://amy:pw@h.org/live/radio.ogg?token=7")),
    "radio.ogg",
  );
  assert.equal(sourceTitle(parseSource("https://h.org/")), "h.org");
  assert.equal(sourceTitle(parseSource("a\x1b[2J.mp3")), "a\ufffd[2J.mp3");
  const raw: readonly [args: string, title: string][] = [
    ["-f lavfi -i sine=440", "sine"],
    ["-f lavfi -i 'testsrc,scale=2:2' -f lavfi -i sine", "testsrc"],
    ["-f lavfi -i =", "ffmpeg"],
    ["-ss 3 -i /home/amy/secret/a.mp3", "a.mp3"],
    ["-i 'C:\\secret\\a b.mp3'", "a b.mp3"],
    ["-i file:secret/a.mp3", "a.mp3"],
    ["-i file:///home/amy/a.mp3", "a.mp3"],
    ["-i 'concat:secret/a.mp3|secret/b.mp3'", "a.mp3"],
    ["-i /home/amy/secret/", "ffmpeg"],
    ["-i https://amy:pw@h.org/radio.ogg?token=7&to=http://h/secret", "radio.ogg"],
    ["-i async:cache:https://amy:pw@h.org/?token=7", "h.org"],
    ["-i 'concat:http://h/a.mp3|http://amy:pw@h'", "a.mp3"],
    ["-i subfile,,start,0,end,9,,:secret/a.mp3", "ffmpeg"],
    ["-i rtsp://amy:pw@h.org", "h.org"],
    ["-i tcp:amy:pw@h", "ffmpeg"],
    ["-i data:audio/wav;base64,AAAA", "ffmpeg"],
    ["-f s16le -i pipe:0", "ffmpeg"],
    ["-f s16le -i -", "ffmpeg"],
    ["-f v4l2 -i /dev/video0", "video0"],
    ["-f alsa -i hw:1,0", "hw:1,0"],
    ["-i 'a\x1b[2J.mp3'", "a\ufffd[2J.mp3"],
    ["-i", "ffmpeg"],
  ];
  for (const [args, title] of raw) {
    assert.equal(sourceTitle(parseSource(`ffmpeg:${args}`)), title, args);
  }
});

Deno.test("inputArguments() paces raw input, but not what has its own speed", async () => {
  const paced = async (text: string) =>
    (await inputArguments(parseSource(text), { paced: false, video: false })).includes("-re");
  assert.equal(await paced("ffmpeg:-f lavfi -i sine"), true);
  assert.equal(await paced("ffmpeg:-i song.mp3"), true);
  assert.equal(await paced("ffmpeg:-f x11grab -i :0"), false);
  assert.equal(await paced("ffmpeg:-i http://h/radio"), false);
  assert.equal(await paced("ffmpeg:-readrate 2 -i song.mp3"), false);
});

Deno.test("inputArguments() lets a file open nothing but files, and never be an option", async () => {
  const args = await inputArguments(parseSource("-y"), { paced: true, video: false });
  assert.deepEqual(args, ["-re", "-protocol_whitelist", "file,crypto,data", "-i", "file:-y"]);
});

Deno.test("checkSource() says what is wrong with a file", async () => {
  await using dir = await tempDir();
  const missing = parseSource(`${dir.path}/none.mp3`);
  await assert.rejects(checkSource(missing), { fault: "refused-source", message: /no such file$/ });
  await assert.rejects(checkSource(parseSource(dir.path)), { fault: "refused-source" });
  await checkSource(parseSource("mic"));
});

Deno.test("parseSources() leaves out what is not a microphone, and cleans names", () => {
  const answer = [
    "Auto-detected sources for pulse:",
    "  alsa_output.pci.monitor [Monitor of Built-in] (audio)",
    "* alsa_input.usb [USB \x1b[31mMic [2]] (audio)",
    "  null [Discard all samples] (none)",
    "Cannot list sources: Generic error in an external library",
  ].join("\n");
  assert.deepEqual(parseSources(answer, "mic", "pulse"), [{
    kind: "mic",
    format: "pulse",
    name: "alsa_input.usb",
    label: "USB \ufffd[31mMic [2]",
    preferred: true,
  }]);
});

Deno.test("parseAvFoundation() and parseDirectShow() read both kinds", () => {
  const mac = [
    "[AVFoundation indev @ 0x7f8] AVFoundation video devices:",
    "[AVFoundation indev @ 0x7f8] [0] FaceTime HD Camera",
    "[AVFoundation indev @ 0x7f8] [1] Capture screen 0",
    "[AVFoundation indev @ 0x7f8] AVFoundation audio devices:",
    "[AVFoundation indev @ 0x7f8] [0] MacBook Microphone",
    ": Input/output error",
  ].join("\n");
  const found = parseAvFoundation(mac).map(({ kind, name, label }) => [kind, name, label]);
  assert.deepEqual(found, [["camera", "0", "FaceTime HD Camera"], [
    "mic",
    "0",
    "MacBook Microphone",
  ]]);

  const windows = [
    '[dshow @ 0000] "Integrated Camera" (video)',
    '[dshow @ 0000]   Alternative name "@device_pnp_x"',
    '[dshow @ 0000] "Microphone (Realtek)" (audio)',
  ].join("\r\n");
  assert.deepEqual(parseDirectShow(windows).map(({ kind, name }) => [kind, name]), [
    ["camera", "Integrated Camera"],
    ["mic", "Microphone (Realtek)"],
  ]);
  const old = [
    "[dshow @ 0000] DirectShow audio devices",
    '[dshow @ 0000]  "Line In"',
  ].join("\n");
  assert.deepEqual(parseDirectShow(old).map(({ kind, name }) => [kind, name]), [[
    "mic",
    "Line In",
  ]]);
});
