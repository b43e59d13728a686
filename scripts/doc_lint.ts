/**
 * `deno doc --lint` over core's public API, which is every file of core that the program imports
 * from outside core: each export is documented and typed.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const ROOT = new URL("../", import.meta.url);
const CORE = new URL("core/", ROOT).href;

/** The fields of `deno info --json` that are used here. */
interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: ROOT,
    stderr: "inherit",
  }).output();
  if (!success) return 1;
  const graph: Graph = JSON.parse(new TextDecoder().decode(stdout));
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
async function lintAll({ modules }: Graph): Promise<readonly string[]> {
  const core = modules.map(({ specifier }) => specifier).filter((file) => file.startsWith(CORE));
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
function publicFiles({ modules }: Graph): ReadonlySet<string> {
  const coreImports = (isImporter: (specifier: string) => boolean) =>
    modules
      .filter(({ specifier }) => specifier.startsWith(ROOT.href) && isImporter(specifier))
      .flatMap(({ dependencies = [] }) => dependencies)
      .flatMap(({ code, type }) => [code?.specifier ?? "", type?.specifier ?? ""])
      .filter((specifier) => specifier.startsWith(CORE));
  const direct = new Set(coreImports((specifier) => !specifier.startsWith(CORE)));
  const again = coreImports((specifier) => direct.has(specifier) && specifier.endsWith("/mod.ts"));
  return new Set([...direct, ...again].map((specifier) => fileURLToPath(specifier)));
}
