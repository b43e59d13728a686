/** Tab completion of paths. @module */
import { join } from "node:path";
import { displayName } from "../../../core/ground/text.ts";
import type { Completion } from "../face/face.ts";
import { pathOf, quoteWord, type ShellWord, splitShellWords } from "./shell_words.ts";

/** Most names read of one folder. */
const MAX_NAMES = 10_000;

/** One name in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Options for {@linkcode completePath}. */
export interface PathCompletionOptions {
  readonly home: string;
  /** The names in a folder; none when it cannot be read. */
  list(folder: string): readonly FolderEntry[];
}

/** Completes the path at the end of `before`; hidden names only if their dot is typed. */
export function completePath(before: string, { home, list }: PathCompletionOptions): Completion {
  const last = splitShellWords(before).at(-1);
  const isNew = last === undefined || (last.to < before.length && last.open === "");
  const word: ShellWord = !isNew && last ? last : {
    text: "",
    from: before.length,
    to: before.length,
    open: "",
    isHome: false,
    isVariable: false,
  };
  const slash = Math.max(word.text.lastIndexOf("/"), separatorAt(word.text));
  const typedFolder = word.text.slice(0, slash + 1);
  const start = word.text.slice(slash + 1);
  const folder = pathOf({ ...word, text: typedFolder }, home);
  const [lead = ""] = leadOf(word).exec(typedFolder) ?? [];
  const rest = typedFolder.slice(lead.length);
  if (word.isHome && slash < 0) return { from: word.from, candidates: ["~/"] };
  const candidates = list(folder === "" ? "." : folder)
    .filter(({ name }) => name.startsWith(start) && (start !== "" || !name.startsWith(".")))
    .map(({ name, isFolder }) => {
      const typed = lead + quoteWord(rest + name, lead === "" ? word.open : "");
      return isFolder ? `${typed}/` : `${typed}${word.open} `;
    });
  return { from: word.from, candidates: candidates.sort() };
}

/** The part that must stay unquoted to mean the home folder. */
function leadOf({ isHome, isVariable }: ShellWord): RegExp {
  if (isHome) return /^~\//;
  return isVariable ? /^\$(?:HOME|\{HOME\})\// : /^(?!)/;
}

/** The names in a folder of this machine that can be shown and typed. */
export function listFolder(folder: string): FolderEntry[] {
  const entries: FolderEntry[] = [];
  try {
    for (const entry of Deno.readDirSync(folder)) {
      if (entries.length >= MAX_NAMES) break;
      if (displayName(entry.name) === entry.name) {
        entries.push({ name: entry.name, isFolder: isFolder(folder, entry) });
      }
    }
  } catch {
    // missing or not readable: no candidates
  }
  return entries;
}

function isFolder(folder: string, { name, isDirectory, isSymlink }: Deno.DirEntry): boolean {
  if (!isSymlink) return isDirectory;
  try {
    return Deno.statSync(join(folder, name)).isDirectory;
  } catch {
    return false; // it leads nowhere
  }
}

function separatorAt(text: string): number {
  return Deno.build.os === "windows" ? text.lastIndexOf("\\") : -1;
}
