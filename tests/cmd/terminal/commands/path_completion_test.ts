import assert from "node:assert/strict";
import {
  completePath,
  type FolderEntry,
  listFolder,
} from "../../../../cmd/terminal/commands/path_completion.ts";
import { tempDir } from "../../../helpers/temp_dir.ts";

const TREE: Readonly<Record<string, readonly FolderEntry[]>> = {
  ".": [
    { name: "notes.txt", isFolder: false },
    { name: "my notes.txt", isFolder: false },
    { name: ".hidden", isFolder: false },
    { name: "photos", isFolder: true },
  ],
  "photos/": [{ name: "sea.jpg", isFolder: false }, { name: "old ones", isFolder: true }],
  "/home/amy/": [{ name: "it's.txt", isFolder: false }],
};
const options = { home: "/home/amy", list: (folder: string) => TREE[folder] ?? [] };

/** The line as Tab would leave it, for each candidate. */
function completed(before: string): string[] {
  const { candidates, from } = completePath(before, options);
  return candidates.map((candidate) => before.slice(0, from) + candidate);
}

Deno.test("completePath() offers names as they have to be typed", {
  ignore: Deno.build.os === "windows",
}, () => {
  assert.deepEqual(completed(""), ["my\\ notes.txt ", "notes.txt ", "photos/"]);
  assert.deepEqual(completed("n"), ["notes.txt "]);
  assert.deepEqual(completed("notes.txt my\\ n"), ["notes.txt my\\ notes.txt "]);
  assert.deepEqual(completed('notes.txt "my n'), ['notes.txt "my notes.txt" ']);
  assert.deepEqual(completed("'my"), ["'my notes.txt' "]);
  assert.deepEqual(completed(".h"), [".hidden "]);
  assert.deepEqual(completed("photos/"), ["photos/old\\ ones/", "photos/sea.jpg "]);
  assert.deepEqual(completed("~"), ["~/"]);
  assert.deepEqual(completed("~/i"), ["~/it\\'s.txt "]);
  assert.deepEqual(completed("nowhere/x"), []);
});

Deno.test("listFolder() shows folders as such, and no name that would not be shown", async () => {
  await using folder = await tempDir();
  await Deno.mkdir(`${folder.path}/sub`);
  await Deno.symlink(`${folder.path}/sub`, `${folder.path}/link`);
  await Deno.symlink(`${folder.path}/none`, `${folder.path}/dangling`);
  await Deno.writeTextFile(`${folder.path}/red\x1b[31m`, "");
  const entries = listFolder(folder.path).sort((a, b) => a.name < b.name ? -1 : 1);
  assert.deepEqual(entries, [
    { name: "dangling", isFolder: false },
    { name: "link", isFolder: true },
    { name: "sub", isFolder: true },
  ]);
  assert.deepEqual(listFolder(`${folder.path}/none`), []);
});
