/**
 * Which files of the program import which, from `deno info`; run as a program, it prints the graph of
 * the areas.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

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

/** An area's folders (a file belongs to the longest that fits), and the areas that it may import. */
export interface Area {
  readonly folders: readonly string[];
  readonly imports: readonly string[];
}

const BASE = ["net", "identity", "ground"];

/** The layers, from the top down. */
export const AREAS: Readonly<Record<string, Area>> = {
  main: { folders: [""], imports: ["cmd"] },
  cmd: {
    folders: ["cmd/"],
    imports: ["server", "client", "peer", "store", "media", "ptchat", "irc", ...BASE],
  },
  server: { folders: ["core/server/"], imports: ["hub", "store", "ptchat", "irc", ...BASE] },
  client: { folders: ["core/client/"], imports: ["peer", "media", "irc", ...BASE] },
  peer: { folders: ["core/peer/"], imports: ["media", ...BASE] },
  store: { folders: ["core/store/"], imports: ["identity", "ground"] },
  hub: { folders: ["core/server/hub/", "core/hub/"], imports: ["irc", "ground"] },
  ptchat: { folders: ["core/ptchat/"], imports: ["net", "irc", "ground"] },
  net: { folders: ["core/net/"], imports: ["ground"] },
  identity: { folders: ["core/identity/"], imports: ["ground"] },
  media: { folders: ["core/media/"], imports: ["ground"] },
  irc: { folders: ["core/irc/"], imports: ["ground"] },
  ground: { folders: ["core/ground/"], imports: [] },
};

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

/** The area of a file. @throws {Error} When no area has its folder. */
export function areaOf(file: string): string {
  const folder = folderOf(file);
  const candidates = Object.entries(AREAS).flatMap(([name, { folders }]) =>
    folders.map((prefix) => ({ name, prefix }))
  );
  const [best] = candidates
    .filter(({ prefix }) => isWithin(folder, prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length);
  if (best === undefined) throw new Error(`${file} belongs to no area`);
  return best.name;
}

/** The top and `core/` themselves do not include what is below: a new folder needs an area. */
function isWithin(folder: string, prefix: string): boolean {
  return prefix === "" || prefix === "core/" ? folder === prefix : folder.startsWith(prefix);
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

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}

function printAreas(graph: ImportGraph): void {
  for (const name of Object.keys(AREAS)) {
    const files = [...graph.keys()].filter((file) => areaOf(file) === name);
    const targets = files.flatMap((file) => [...graph.get(file) ?? []].map(areaOf));
    const others = [...new Set(targets)].filter((area) => area !== name).toSorted();
    console.log(
      `${name.padEnd(9)} ${String(files.length).padStart(3)} files -> ${others.join(" ")}`,
    );
  }
  for (const cycle of importCycles(folderGraph(graph))) {
    console.log(`folders in a cycle: ${cycle.join(" ")}`);
  }
}
