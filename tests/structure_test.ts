import assert from "node:assert/strict";
import { join } from "node:path";
import { areaOf, AREAS } from "../scripts/areas.ts";
import {
  folderGraph,
  importCycles,
  type ImportGraph,
  importGraph,
} from "../scripts/import_graph.ts";
import { ROOT } from "./helpers/mod.ts";

const EXPORTED = /^export (?:abstract |async )*(?:class|function\*?|interface|type|const) (\w+)/gm;

Deno.test("the program's files", async (t) => {
  const graph = await importGraph();

  await t.step("import only areas below their own", () => {
    const upward = [...graph].flatMap(([file, targets]) => {
      const allowed = AREAS[areaOf(file)]?.imports ?? [];
      return [...targets]
        .filter((target) => areaOf(target) !== areaOf(file) && !allowed.includes(areaOf(target)))
        .map((target) => `${file} -> ${target}`);
    });
    assert.deepEqual(upward, []);
  });

  await t.step("import each other in no cycle, types included", () => {
    assert.deepEqual(importCycles(graph), []);
  });

  await t.step("lie in folders that import each other in no cycle", () => {
    assert.deepEqual(importCycles(folderGraph(graph)), []);
  });

  await t.step("export each name once", async () => {
    const places = new Map<string, Set<string>>();
    for (const file of graph.keys()) {
      const text = await Deno.readTextFile(join(ROOT, file));
      for (const [, name = ""] of text.matchAll(EXPORTED)) {
        places.set(name, (places.get(name) ?? new Set()).add(file));
      }
    }
    const ambiguous = [...places].filter(([, files]) => files.size > 1);
    assert.deepEqual(ambiguous.map(([name, files]) => `${name}: ${[...files].join(", ")}`), []);
  });

  await t.step("have at most 300 lines", async () => {
    const lengths = await Promise.all([...graph.keys()].map(async (file) => {
      const text = await Deno.readTextFile(join(ROOT, file));
      return { file, lines: text.split("\n").length - 1 };
    }));
    assert.deepEqual(lengths.filter(({ lines }) => lines > 300), []);
  });
});

Deno.test("areas are layers: none can be reached from what it imports", () => {
  const order = Object.keys(AREAS);
  for (const [name, { imports }] of Object.entries(AREAS)) {
    for (const target of imports) {
      assert.ok(order.indexOf(target) > order.indexOf(name), `${name} -> ${target}`);
    }
  }
});

Deno.test("importCycles() finds files that import each other, directly or not", () => {
  const graph = (edges: Record<string, string[]>): ImportGraph =>
    new Map(Object.entries(edges).map(([file, targets]) => [file, new Set(targets)]));
  assert.deepEqual(importCycles(graph({ a: ["b"], b: ["c"], c: [] })), []);
  assert.deepEqual(importCycles(graph({ a: ["b", "d"], b: ["c"], c: ["a"], d: ["c"] })), [
    ["a", "b", "c", "d"],
  ]);
  assert.deepEqual(importCycles(graph({ a: ["b"], b: ["a", "c"], c: ["d"], d: ["c"] })), [
    ["c", "d"],
    ["a", "b"],
  ]);
});

Deno.test("folderGraph() tells which folders import which others", () => {
  const graph: ImportGraph = new Map([
    ["main.ts", new Set(["cmd/mod.ts"])],
    ["cmd/mod.ts", new Set(["cmd/serve.ts"])],
    ["cmd/serve.ts", new Set(["core/a.ts", "core/b/b.ts"])],
  ]);
  assert.deepEqual(
    [...folderGraph(graph)].map(([folder, others]) => [folder, [...others]]),
    [["", ["cmd/"]], ["cmd/", ["core/", "core/b/"]]],
  );
});

Deno.test("a file's area is that of its folder, and a new folder needs one", () => {
  assert.equal(areaOf("main.ts"), "main");
  assert.equal(areaOf("core/ground/text.ts"), "ground");
  assert.equal(areaOf("core/server/server.ts"), "server");
  assert.equal(areaOf("core/server/doors/irc/session/session.ts"), "irc door");
  assert.throws(() => areaOf("core/server/elsewhere/file.ts"), /belongs to no area/);
});
