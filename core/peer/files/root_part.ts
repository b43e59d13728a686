/**
 * One file or folder at the top of an offer while it is received: `NAME.part` with its map beside
 * it, and at the end its own name, unless that is taken.
 *
 * @module
 */
import { basename, join } from "node:path";
import { lstatOrNull, tryRemove } from "./disk.ts";
import { PartMap } from "./part_map.ts";
import { numberedName } from "./safe_path.ts";

const MAX_NUMBER = 999;
/** How many numbered names are looked at for a part of an earlier attempt. */
const MAX_EARLIER = 4;

/** Where a root goes, and whose it is. */
export interface RootOptions {
  /** The folder to receive into, as an absolute path without links. */
  readonly into: string;
  /** The root's name, as `SafePaths` gave it. */
  readonly name: string;
  readonly kind: "file" | "folder";
  /** Who sends. */
  readonly peer: string;
}

/** A root that is being received. */
export class RootPart implements Disposable {
  readonly map: PartMap;
  /** `NAME.part`: the file, or the folder that all its files are received into. */
  readonly path: string;
  /** Whether there may be something in it from an earlier attempt. */
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
   * What an earlier attempt left, if nobody else is at it.
   *
   * @param names What there is in the folder.
   */
  static tryResume(options: RootOptions, names: ReadonlySet<string>): RootPart | undefined {
    for (let number = 0; number < MAX_EARLIER; number++) {
      const part = partPathOf(options, number);
      if (!names.has(basename(mapPathOf(part)))) continue;
      const map = PartMap.tryOpen(mapPathOf(part), identityOf(options));
      if (!map) continue;
      const resumed = new RootPart(options, part, map, true);
      if (resumed.#isThere()) return resumed;
      resumed.forget(); // somebody removed what it was about
    }
    return undefined;
  }

  /**
   * A new part, with the first name that is free.
   *
   * @throws {Deno.errors.AlreadyExists} When none is.
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

  /** Whether it has its own name already. */
  get isCommitted(): boolean {
    return this.#committed !== undefined;
  }

  /** Where a file of this root is received; its folders are made. */
  makeRoomFor(place: string): string {
    if (this.#options.kind === "folder") this.makeFolder(place.slice(0, place.lastIndexOf("/")));
    return this.pathOf(place);
  }

  /** Makes a folder of this root, and those it is in. */
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

  /** Removes what an earlier attempt left and this one does not bring. */
  keepOnly(places: ReadonlySet<string>): void {
    if (this.#options.kind === "folder") this.#clean(this.path, this.#options.name, places);
  }

  /** Where something of this root is now. */
  pathOf(place: string): string {
    const inside = place.slice(this.#options.name.length);
    return (this.#committed ?? this.path) +
      (Deno.build.os === "windows" ? inside.replaceAll("/", "\\") : inside);
  }

  /**
   * Gives the root its own name, or the first numbered one that is free. The map stays until
   * {@linkcode RootPart.forget}: were the transfer cut now, the next attempt would know of it.
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

  /** Removes the map of a root that has its name. */
  forget(): void {
    this.map[Symbol.dispose]();
    tryRemove(this.#mapPath);
  }

  /** Lets go of it. What is verified stays for the next attempt; if that is nothing, it goes. */
  [Symbol.dispose](): void {
    if (this.#committed === undefined && this.map.isEmpty) {
      tryRemove(this.path);
      tryRemove(this.#mapPath);
    }
    this.map[Symbol.dispose]();
  }

  /** Whether what the map is about is there, under the name of a part or its own. */
  #isThere(): boolean {
    const { kind, into } = this.#options;
    if (kind === "folder") return lstatOrNull(this.path)?.isDirectory ?? false;
    if (lstatOrNull(this.path)?.isFile) return true;
    const name = this.map.name;
    // The map is no more than a file in that folder: its word is taken for a name, not for a path.
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

  /** Fails when there is something at `path`: a rename alone would replace a file. */
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

  /** For a file system without hard links: an empty file of our own takes the name first. */
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
