/**
 * A top-level file or folder while it is received: `NAME.part` with its map beside
 * it, renamed to its own name at the end, unless that is taken.
 *
 * @module
 */
import { basename, join } from "node:path";
import { lstatOrNull, tryRemove } from "./disk.ts";
import { PartMap } from "./part_map.ts";
import { numberedName } from "./safe_path.ts";

const MAX_NUMBER = 999;
/** How many numbered names are searched for a part of an earlier attempt. */
const MAX_EARLIER = 4;

/** Options for {@linkcode RootPart}. */
export interface RootOptions {
  /** The target folder, as an absolute path without links. */
  readonly into: string;
  /** The root's name, from `SafePaths`. */
  readonly name: string;
  readonly kind: "file" | "folder";
  /** The sender. */
  readonly peer: string;
}

/** A root that is being received. */
export class RootPart implements Disposable {
  readonly map: PartMap;
  /** `NAME.part`: the file, or the folder for all its files. */
  readonly path: string;
  /** Whether it may have data from an earlier attempt. */
  readonly isResumed: boolean;
  readonly #options: RootOptions;
  readonly #mapPath: string;
  readonly #folders = new Set<string>();
  #committed: string | undefined;

  private constructor(options: RootOptions, part: string, map: PartMap, isResumed: boolean) {
    this.#options = options;
    this.path = part;
    this.#mapPath = mapPathOf(part);
    this.map = map;
    this.isResumed = isResumed;
  }

  /**
   * The part of an earlier attempt, unless another transfer uses it.
   *
   * @param names The entries of the target folder.
   */
  static tryResume(options: RootOptions, names: ReadonlySet<string>): RootPart | undefined {
    for (let number = 0; number < MAX_EARLIER; number++) {
      const part = partPathOf(options, number);
      if (!names.has(basename(mapPathOf(part)))) continue;
      const map = PartMap.tryOpen(mapPathOf(part), identityOf(options));
      if (!map) continue;
      const resumed = new RootPart(options, part, map, true);
      if (resumed.#isThere()) return resumed;
      resumed.forget(); // its file or folder has been removed
    }
    return undefined;
  }

  /**
   * Creates a new part with the first free name.
   *
   * @throws {Deno.errors.AlreadyExists} When no name is free.
   */
  static create(options: RootOptions): RootPart {
    for (let number = 0;; number++) {
      const part = partPathOf(options, number);
      try {
        return RootPart.#createAt(options, part);
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists) || number >= MAX_NUMBER) throw error;
      }
    }
  }

  static #createAt(options: RootOptions, part: string): RootPart {
    const map = PartMap.create(mapPathOf(part), identityOf(options));
    try {
      if (options.kind === "folder") Deno.mkdirSync(part);
      else Deno.openSync(part, { write: true, createNew: true }).close();
      return new RootPart(options, part, map, false);
    } catch (error) {
      map[Symbol.dispose]();
      Deno.removeSync(mapPathOf(part));
      throw error;
    }
  }

  /** Whether it has its final name already. */
  get isCommitted(): boolean {
    return this.#committed !== undefined;
  }

  /** The path for a file of this root; creates its folders. */
  makeRoomFor(place: string): string {
    if (this.#options.kind === "folder") this.makeFolder(place.slice(0, place.lastIndexOf("/")));
    return this.pathOf(place);
  }

  /** Creates a folder of this root and its parents. */
  makeFolder(place: string): void {
    if (place === this.#options.name || this.#folders.has(place)) return;
    this.makeFolder(place.slice(0, place.lastIndexOf("/")));
    const path = this.pathOf(place);
    try {
      Deno.mkdirSync(path);
    } catch (error) {
      // A link here could lead out of the part.
      if (!lstatOrNull(path)?.isDirectory) throw error;
    }
    this.#folders.add(place);
  }

  /** Removes files of an earlier attempt that this one does not have. */
  keepOnly(places: ReadonlySet<string>): void {
    if (this.#options.kind === "folder") this.#clean(this.path, this.#options.name, places);
  }

  /** The current path of an entry of this root. */
  pathOf(place: string): string {
    const inside = place.slice(this.#options.name.length);
    return (this.#committed ?? this.path) +
      (Deno.build.os === "windows" ? inside.replaceAll("/", "\\") : inside);
  }

  /**
   * Gives the root its final name, or the first free numbered one. The map stays until
   * {@linkcode RootPart.forget}, so that after an interruption the next attempt finds it.
   */
  commit(): void {
    for (let number = 0;; number++) {
      const path = join(this.#options.into, numberedName(this.#options.name, number));
      try {
        this.#moveTo(path);
        this.#committed = path;
        break;
      } catch (error) {
        const isTaken = lstatOrNull(this.path) !== null && lstatOrNull(path) !== null;
        if (!isTaken || number >= MAX_NUMBER) throw error;
      }
    }
    this.map.named(basename(this.#committed));
    this.map[Symbol.dispose]();
  }

  /** Removes the map of a root that has its final name. */
  forget(): void {
    this.map[Symbol.dispose]();
    tryRemove(this.#mapPath);
  }

  /** Closes it. Verified data stays for the next attempt; a part without any is removed. */
  [Symbol.dispose](): void {
    if (this.#committed === undefined && this.map.isEmpty) {
      tryRemove(this.path);
      tryRemove(this.#mapPath);
    }
    this.map[Symbol.dispose]();
  }

  /** Whether the file or folder of the map exists, as a part or under its final name. */
  #isThere(): boolean {
    const { kind, into } = this.#options;
    if (kind === "folder") return lstatOrNull(this.path)?.isDirectory ?? false;
    if (lstatOrNull(this.path)?.isFile) return true;
    const name = this.map.name;
    // The map is an ordinary file in that folder: trust it for a name, not for a path.
    if (name === undefined || name !== basename(name)) return false;
    this.#committed = join(into, name);
    return lstatOrNull(this.#committed)?.isFile ?? false;
  }

  #clean(folder: string, place: string, places: ReadonlySet<string>): void {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const path = join(folder, name);
      if (isDirectory) this.#clean(path, `${place}/${name}`, places);
      else if (!places.has(`${place}/${name}`)) Deno.removeSync(path);
    }
  }

  /** Fails when `path` exists: a rename alone would replace a file. */
  #moveTo(path: string): void {
    if (this.#options.kind === "folder") {
      if (lstatOrNull(path) !== null) throw new Deno.errors.AlreadyExists(path);
      return Deno.renameSync(this.path, path); // fails on a folder that is not empty
    }
    try {
      Deno.linkSync(this.path, path);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists || !lstatOrNull(this.path)) throw error;
      return this.#renameTo(path);
    }
    Deno.removeSync(this.path);
  }

  /** For a file system without hard links: reserves the name with an empty file first. */
  #renameTo(path: string): void {
    Deno.openSync(path, { write: true, createNew: true }).close();
    try {
      Deno.renameSync(this.path, path);
    } catch (error) {
      tryRemove(path);
      throw error;
    }
  }
}

function partPathOf({ into, name }: RootOptions, number: number): string {
  return join(into, `${numberedName(name, number)}.part`);
}

function mapPathOf(part: string): string {
  return `${part}.map`;
}

function identityOf({ peer, name, kind }: RootOptions) {
  return { peer, root: name, kind };
}
