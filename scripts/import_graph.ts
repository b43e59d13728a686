/**
 * Which files of the program import which, from `deno info`; run as a program, it prints the graph of
 * the areas.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { areaOf, AREAS, folderOf } from "./areas.ts";

const ROOT = new URL("..", import.meta.url).href;

/** Paths from the project's folder, each with those that it imports; types count as well. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** The fields of `deno info --json` that are used here. */
interface ModuleList {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

if (import.meta.main) printAreas(await importGraph());

/** Reads the imports of main.ts and of everything below it. */
export async function importGraph(): Promise<ImportGraph> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: fileURLToPath(ROOT),
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("deno info failed");
  const { modules }: ModuleList = JSON.parse(new TextDecoder().decode(stdout));
  const isOwn = (specifier: string) => specifier.startsWith(ROOT) && specifier.endsWith(".ts");
  const own = modules.filter(({ specifier }) => isOwn(specifier));
  return new Map(own.map(({ specifier, dependencies = [] }) => {
    const targets = dependencies
      .flatMap(({ code, type }) => [code?.specifier ?? "", type?.specifier ?? ""])
      .filter(isOwn);
    return [specifier.slice(ROOT.length), new Set(targets.map((to) => to.slice(ROOT.length)))];
  }));
}

/** Groups of files that import each other in cycles (Tarjan's strongly connected components). */
export function importCycles(graph: ImportGraph): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): number => {
    let low = order.size;
    order.set(file, low);
    const start = stack.push(file) - 1;
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (stack.includes(target)) low = Math.min(low, order.get(target)!);
    }
    if (low === order.get(file)) {
      const component = stack.splice(start);
      if (component.length > 1) cycles.push(component.toSorted());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles;
}

/** The same imports, of folders: each folder with the others that its files import. */
export function folderGraph(graph: ImportGraph): ImportGraph {
  const folders = new Map<string, Set<string>>();
  for (const [file, targets] of graph) {
    const folder = folderOf(file);
    const others = [...targets].map(folderOf).filter((other) => other !== folder);
    folders.set(folder, new Set([...folders.get(folder) ?? [], ...others]));
  }
  return folders;
}

function printAreas(graph: ImportGraph): void {
  for (const name of Object.keys(AREAS)) {
    const files = [...graph.keys()].filter((file) => areaOf(file) === name);
    const targets = files.flatMap((file) => [...graph.get(file) ?? []].map(areaOf));
    const others = [...new Set(targets)].filter((area) => area !== name).toSorted();
    console.log(
      `${name.padEnd(17)} ${String(files.length).padStart(3)} files -> ${others.join(" ")}`,
    );
  }
  for (const cycle of importCycles(folderGraph(graph))) {
    console.log(`folders in a cycle: ${cycle.join(" ")}`);
  }
}
