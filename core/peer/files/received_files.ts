/**
 * The result of a transfer for its receiver.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { displayName } from "../../ground/text.ts";
import type { FailedFile } from "./errors.ts";
import type { FileReceiver } from "./file_receiver.ts";
import type { ReceivePlan } from "./plan.ts";

/** A received file. */
export interface ReceivedFile {
  /** Its absolute path. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** Of its content, hexadecimal; equal to the sender's. */
  readonly sha256: string;
}

/** The result of a transfer that was not interrupted. */
export interface ReceivedFiles {
  /** Complete files. */
  readonly files: readonly ReceivedFile[];
  /** Absolute paths of the top-level files and folders. */
  readonly roots: readonly string[];
  /** Failed files, and why. */
  readonly failed: readonly FailedFile[];
  /** Files and folders with another name than offered, each once. */
  readonly renamed: readonly RenamedFile[];
}

/** A file or folder whose name could not be kept. The content of a folder is not listed again. */
export interface RenamedFile {
  /** The offered path, cleaned for display. */
  readonly offered: string;
  /** Its absolute path. */
  readonly path: string;
}

/** The received files, with their final paths. */
export function receivedFilesOf(plan: ReceivePlan, receiving: FileReceiver): ReceivedFiles {
  const files: ReceivedFile[] = [];
  const roots = new Set<string>();
  for (const [index, sha256] of receiving.done) {
    const file = plan.files[index];
    if (!file) continue;
    const part = plan.partOf(file.root);
    files.push({ path: part.pathOf(file.place), bytes: file.bytes, sha256 });
    roots.add(part.pathOf(file.root.name));
  }
  for (const { root } of plan.folders) roots.add(plan.partOf(root).pathOf(root.name));
  const failed = receiving.failedFiles;
  return { files, roots: [...roots], failed, renamed: renamedOf(plan, receiving) };
}

function renamedOf(plan: ReceivePlan, receiving: FileReceiver): RenamedFile[] {
  const renamed = new Map<string, string>();
  const received = plan.files.filter((_, index) => receiving.done.has(index));
  const folders = plan.folders.map(({ place, root, offered }) => ({ place, root, path: offered }));
  for (const { path: offered, place, root } of [...received, ...folders]) {
    const part = plan.partOf(root);
    if (place === offered && basename(part.pathOf(root.name)) === root.name) continue;
    const names = offered.split("/");
    let here = part.pathOf(place);
    for (let depth = names.length; depth > 0; depth--) {
      const shown = names.slice(0, depth).join("/");
      if (basename(here) !== names[depth - 1]) renamed.set(shown, here);
      here = dirname(here);
    }
  }
  return [...renamed].map(([offered, path]) => ({ offered: displayName(offered), path }));
}
