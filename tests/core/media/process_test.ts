import assert from "node:assert/strict";
import { lastWords, MediaProcess } from "../../../core/media/ffmpeg.ts";
import { eventually } from "../../helpers/eventually.ts";
import { tempDir } from "../../helpers/mod.ts";
import { isRunning } from "../peer/streams/helpers.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const SOURCES = `${ROOT}core/media`;

Deno.test("MediaProcess ends its process when its signal says so, also one that is stuck", async () => {
  const stop = new AbortController();
  // Nobody reads: ffmpeg waits for its pipe.
  const process = MediaProcess.start("ffmpeg", [
    ...["-v", "error", "-nostdin", "-f", "lavfi", "-i", "sine", "-f", "s16le", "pipe:1"],
  ], { output: true, signal: stop.signal });
  assert.ok(await process.read());
  stop.abort();
  const end = await process.ended;
  assert.equal(end.stopped, true);
  assert.equal(isRunning(process.pid), false);
  await process[Symbol.asyncDispose]();
});

Deno.test("MediaProcess keeps only the end of what a program says", async () => {
  await using process = MediaProcess.start("ffmpeg", ["-v", "debug", "-h", "full"], {
    output: true,
  });
  while (await process.read());
  await process.ended;
  assert.ok(process.stderr.length <= 4_096);
});

Deno.test("MediaProcess says that a write did not arrive", async () => {
  await using process = MediaProcess.start("ffmpeg", ["-v", "error", "-version"], { input: true });
  await process.ended;
  assert.equal(await process.write(new Uint8Array(100_000)), false);
});

Deno.test("lastWords() are the last lines that say something, safe to show", () => {
  const stderr = [
    "Input #0, lavfi",
    "[lavfi @ 0x55d0c0ffee00] No such filter: 'nonsense'\x1b[0m",
    "frame=  1 fps=0.0",
    "nonsense=1: Invalid argument",
    "nonsense=1: Invalid argument",
    "Conversion failed!",
    "",
  ].join("\n");
  const words =
    "Input #0, lavfi; No such filter: 'nonsense'\ufffd[0m; nonsense=1: Invalid argument";
  assert.equal(lastWords(stderr), words);
  assert.equal(lastWords(""), "");
  const player = [
    "[wav @ 0x7f9c0c000c40] Ignoring maximum wav data size, file may be invalid",
    "ALSA lib pcm.c:2666:(snd_pcm_open_noupdate) Unknown PCM default",
    "SDL_OpenAudio (1 channels, 44100 Hz): ALSA: Couldn't open audio device",
    "No more combinations to try, audio open failed",
    "Failed to open file 'pipe:0' or configure filtergraph",
  ];
  assert.equal(lastWords(player.slice(0, 2).join("\n")), "");
  assert.equal(lastWords(player.join("\n")), player.slice(2, 4).join("; "));
  assert.ok(lastWords("x".repeat(10_000)).length <= 300);
});

Deno.test("a program that is missing, may not be run or is not allowed has a fault of its own", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(`${dir.path}/empty`);
  await Deno.mkdir(`${dir.path}/bad`);
  await Deno.writeTextFile(`${dir.path}/bad/ffmpeg`, "not a program", { mode: 0o644 });
  const script = `
    import { Encoder } from "file://${SOURCES}/encoder.ts";
    import { parseSource } from "file://${SOURCES}/sources.ts";
    try {
      await Encoder.open(parseSource("ffmpeg:-f lavfi -i sine"), { kind: "audio" });
    } catch (error) {
      console.log(error.name, error.fault, error.message);
    }`;
  const file = await scriptFile(dir.path, script);
  const run = async (path: string, ...permissions: string[]) => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", "--no-prompt", "--allow-read", ...permissions, file],
      env: { PATH: path },
      cwd: ROOT,
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  await Deno.mkdir(`${dir.path}/broken`);
  const broken = "#!/nowhere/sh\n";
  await Deno.writeTextFile(`${dir.path}/broken/ffmpeg`, broken, { mode: 0o755 });
  const missing = /MediaError missing Cannot find ffmpeg, or it may not be run: install FFmpeg/;
  assert.match(await run(`${dir.path}/empty`, "--allow-run"), missing);
  assert.match(await run(`${dir.path}/empty`, "--allow-run=ffmpeg,ffplay"), missing);
  assert.match(await run(`${dir.path}/bad`, "--allow-run=ffmpeg,ffplay"), missing);
  const looks = ["--allow-run=ffmpeg,ffplay", "--allow-env=PATH"];
  assert.match(
    await run(`${dir.path}/empty`, ...looks),
    /missing Cannot find ffmpeg: install FFmpeg/,
  );
  const paths = `${dir.path}/empty:${dir.path}/bad`;
  assert.match(
    await run(paths, ...looks),
    /not-executable Cannot start \/.*\/bad\/ffmpeg: it is not an executable file/,
  );
  assert.match(
    await run(`${dir.path}/broken`, ...looks),
    /not-executable Cannot start \/.*\/broken\/ffmpeg: .*No such file/,
  );
  const notAllowed = /MediaError not-allowed Cannot start ffmpeg/;
  assert.match(await run(Deno.env.get("PATH")!, "--allow-run=true"), notAllowed);
});

Deno.test("no ffmpeg outlives a program that is killed with -9", async () => {
  await using dir = await tempDir();
  const script = `
    import { Encoder } from "file://${SOURCES}/encoder.ts";
    import { openPlayer } from "file://${SOURCES}/player.ts";
    import { parseSource } from "file://${SOURCES}/sources.ts";
    const open = (text) => Encoder.open(parseSource(text), { kind: "audio" });
    const read = await open("ffmpeg:-f lavfi -i sine");
    const held = await open("ffmpeg:-f lavfi -i sine");
    const player = openPlayer(read.config, { title: "t", env: { SDL_AUDIODRIVER: "dummy" } });
    console.log(read.pid, held.pid);
    while (true) for (const frame of await read.read()) await player.write(frame);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--allow-all", await scriptFile(dir.path, script)],
    stdout: "piped",
    cwd: ROOT,
  }).spawn();
  const reader = child.stdout.getReader();
  const said = new TextDecoder().decode((await reader.read()).value);
  await eventually(
    () => childrenOf(child.pid).length >= 4,
    "two encoders, a decoder and a player run",
  );
  const pids = childrenOf(child.pid);
  for (const pid of said.trim().split(" ")) assert.ok(pids.includes(Number(pid)), said);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  await eventually(() => pids.every((pid) => !isRunning(pid)), "all of them are gone");
});

async function scriptFile(folder: string, script: string): Promise<string> {
  const path = `${folder}/script.js`;
  await Deno.writeTextFile(path, script);
  return path;
}

function childrenOf(pid: number): number[] {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  const threads = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`);
    } catch {
      return "";
    }
  });
  return [...new Set([children, ...threads].join(" ").split(/\s+/).filter(Boolean).map(Number))];
}
