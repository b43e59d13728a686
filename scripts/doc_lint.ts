/**
 * `deno doc --lint` over core's public API, which is every file of core that the program imports
 * from outside core: each export is documented and typed.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { type ImportGraph, importGraph } from "./import_graph.ts";

const ROOT = new URL("../", import.meta.url);
const CORE = "core/";

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  const graph = await importGraph();
  const isPublic = publicFiles(graph);
  const findings = (await lintAll(graph)).filter((finding) => {
    const path = /--> (.*?):\d+:\d+/.exec(stripVTControlCharacters(finding))?.[1];
    return path === undefined || isPublic.has(path);
  });
  for (const finding of findings) console.error(`${finding.trimEnd()}\n`);
  console.log(`${isPublic.size} files of core are public, ${findings.length} findings in them`);
  return findings.length === 0 ? 0 : 1;
}

/** Lints all of core at once: types of files that are left out would count as private. */
async function lintAll(graph: ImportGraph): Promise<readonly string[]> {
  const core = [...graph.keys()].filter((file) => file.startsWith(CORE));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...core],
    cwd: ROOT,
  }).output();
  if (success) return [];
  const text = new TextDecoder().decode(stderr);
  // deno-lint-ignore no-control-regex -- the findings are coloured
  const findings = text.split(/^(?=(?:\x1b\[[\d;]*m)*error)/m);
  return findings.filter((finding) => !/^error: Found \d+/.test(stripVTControlCharacters(finding)));
}

/** Paths, as the findings name them; what a public `mod.ts` re-exports is public too. */
function publicFiles(graph: ImportGraph): ReadonlySet<string> {
  const coreImports = (isImporter: (file: string) => boolean) =>
    [...graph].filter(([file]) => isImporter(file))
      .flatMap(([, targets]) => [...targets])
      .filter((file) => file.startsWith(CORE));
  const direct = new Set(coreImports((file) => !file.startsWith(CORE)));
  const again = coreImports((file) => direct.has(file) && file.endsWith("/mod.ts"));
  return new Set([...direct, ...again].map((file) => fileURLToPath(new URL(file, ROOT))));
}
