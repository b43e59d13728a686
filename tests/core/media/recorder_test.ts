import assert from "node:assert/strict";
import fc from "fast-check";
import { Gain } from "../../../core/media/gain.ts";
import { Recorder, safeStem } from "../../../core/media/recorder.ts";
import { tempDir } from "../../helpers/mod.ts";
import { opusFrames, splitAt } from "./helpers.ts";

const CONFIG = { audio: { codec: "opus", channels: 2, preSkip: 312 } } as const;

Deno.test("Recorder writes a part, and gives it its name at the end", async () => {
  await using dir = await tempDir();
  const folder = `${dir.path}/new/folder`;
  const recorder = await Recorder.open(folder, "song.mp3", CONFIG);
  for (const frame of opusFrames(3)) await recorder.write(frame);
  assert.deepEqual(namesIn(folder), ["song.ogg.part"]);
  assert.equal(await recorder.finish(), `${folder}/song.ogg`);
  assert.deepEqual(namesIn(folder), ["song.ogg"]);
  assert.equal(await recorder.finish(), undefined);
});

Deno.test("Recorder leaves nothing when nothing came", async () => {
  await using dir = await tempDir();
  const recorder = await Recorder.open(dir.path, "song", CONFIG);
  assert.equal(await recorder.finish(), undefined);
  assert.deepEqual(namesIn(dir.path), []);
});

Deno.test("several Recorders of one name do not disturb each other, nor what is there", async () => {
  await using dir = await tempDir();
  await Deno.symlink("/nowhere", `${dir.path}/song.ogg`);
  const recorders = await Promise.all([1, 2, 3].map(() => Recorder.open(dir.path, "song", CONFIG)));
  for (const recorder of recorders) await recorder.write(opusFrames(1)[0]!);
  const paths = await Promise.all(recorders.map((recorder) => recorder.finish()));
  assert.equal(new Set(paths).size, 3);
  assert.deepEqual(namesIn(dir.path), ["song (1).ogg", "song (2).ogg", "song (3).ogg", "song.ogg"]);
});

Deno.test("Recorder says why it cannot save", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(`${dir.path}/file`, "");
  const wanted = { name: "MediaError", fault: "cannot-save", message: /^Cannot save .*file\/song/ };
  await assert.rejects(Recorder.open(`${dir.path}/file`, "song", CONFIG), wanted);
});

Deno.test("safeStem() makes one safe name of anything", () => {
  for (
    const [title, stem] of Object.entries({
      "song.mp3": "song",
      "a/b\\c.ogg": "c",
      "..": "stream",
      "": "stream",
      ".hidden": "hidden",
      "nul.txt": "_nul",
      "COM1": "_COM1",
      'x\x1b[31m:*?"<>|y': "x_[31m_______y",
      "Müller – 东京.flac": "Müller _ 东京",
      "trailing. . .": "trailing",
    })
  ) {
    assert.equal(safeStem(title), stem);
  }
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (title) => {
    const stem = safeStem(title);
    assert.ok(stem.length > 0 && new TextEncoder().encode(stem).length <= 240);
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assert.doesNotMatch(stem, /[\/\\:*?"<>|\u0000-\u001f]|^[. ]|[. ]$/);
  }));
});

Deno.test("Gain gives the same samples however they are split, and never wraps around", () => {
  const samples = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 50 });
  fc.assert(
    fc.property(samples, fc.array(fc.nat()), fc.nat({ max: 200 }), (values, cuts, percent) => {
      const gain = new Gain();
      gain.percent = percent;
      const bytes = new Uint8Array(Int16Array.from(values).buffer);
      const louder = splitAt(bytes, cuts).flatMap((part) => [...gain.apply(part)]);
      const got = [...new Int16Array(Uint8Array.from(louder).buffer)];
      const clip = (value: number) => Math.max(-32_768, Math.min(32_767, value));
      assert.deepEqual(got, values.map((value) => clip(Math.round(value * (percent / 100))) + 0));
    }),
  );
});

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
