import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import config from "../deno.json" with { type: "json" };
import { ROOT } from "./helpers/mod.ts";

/** A path in backticks, by itself or in a command. */
const NAMED_PATH = /`(?:[^`\n]* )?((?:core|cmd|tests|scripts|bench)\/[\w/.-]*)(?: [^`\n]*)?`/g;

/** Every Markdown file at the top and in docs/, by its path. */
async function papers(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const folder of [ROOT, join(ROOT, "docs")]) {
    for await (const { name } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (name.endsWith(".md")) texts.set(path, await Deno.readTextFile(path));
    }
  }
  return texts;
}

/** A heading's anchor, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

Deno.test("every link in the documents leads to a file, and to a heading where it names one", async () => {
  const texts = await papers();
  const broken: string[] = [];
  for (const [path, text] of texts) {
    for (const [, target = "", anchor] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const file = target === "" ? path : join(dirname(path), target);
      const isThere = await Deno.stat(file).then(() => true, () => false);
      const headings = (texts.get(file) ?? "").matchAll(/^#+ (.*)$/gm);
      const isNamed = anchor === undefined ||
        [...headings].some(([, heading = ""]) => anchorOf(heading) === anchor);
      if (!isThere || !isNamed) broken.push(`${relative(ROOT, path)}: ${target}#${anchor ?? ""}`);
    }
  }
  assert.deepEqual(broken, []);
});

Deno.test("every task that the documents name is one of deno.json", async () => {
  const known = new Set(Object.keys(config.tasks));
  for (const [path, text] of await papers()) {
    for (const [, task = ""] of text.matchAll(/\bdeno(?:@[\d.]+)? task ([a-z]+)/g)) {
      assert.ok(known.has(task), `${relative(ROOT, path)} names deno task ${task}`);
    }
  }
});

Deno.test("the README names the version of Deno that the gate runs", async () => {
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  const gate = await Deno.readTextFile(join(ROOT, ".ci/run"));
  const [version] = /deno@[\d.]+/.exec(gate) ?? [];
  assert.ok(version);
  assert.deepEqual(new Set(readme.match(/deno@[\d.]+/g)), new Set([version]));
});

Deno.test("every path that the documents name is there", async () => {
  const missing: string[] = [];
  for (const [paper, text] of await papers()) {
    for (const [, path = ""] of text.matchAll(NAMED_PATH)) {
      const isThere = await Deno.stat(join(ROOT, path)).then(() => true, () => false);
      if (!isThere) missing.push(`${relative(ROOT, paper)}: ${path}`);
    }
  }
  assert.deepEqual(missing, []);
});

Deno.test("the glossary has each word once", async () => {
  const text = await Deno.readTextFile(join(ROOT, "ARCHITECTURE.md"));
  const [, glossary = ""] = /^## Glossary$(.*?)^## /ms.exec(text) ?? [];
  const words = [...glossary.matchAll(/^\| (.*?) *\|/gm)].map(([, word = ""]) => word)
    .filter((word) => word !== "word" && !word.startsWith("-"));
  assert.ok(words.length > 20);
  assert.deepEqual(words.filter((word, i) => words.indexOf(word) !== i), []);
});
