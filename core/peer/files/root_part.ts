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
      const info = lstatOrNull(part);
      if (options.kind === "file" ? info?.isFile : info?.isDirectory) {
        return new RootPart(options, part, map, true);
      }
      map[Symbol.dispose]();
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

  /** Where something of this root is while it is received. */
  pathOf(place: string): string {
    return this.path + this.#insideOf(place);
  }

  /** Where something of this root is in the end. */
  finalPathOf(place: string): string {
    return (this.#committed ?? this.path) + this.#insideOf(place);
  }

  /** Gives the root its own name, or the first numbered one that is free, and removes the map. */
  commit(): string {
    for (let number = 0;; number++) {
      const path = join(this.#options.into, numberedName(this.#options.name, number));
      try {
        this.#moveTo(path);
        this.#committed = path;
        break;
      } catch (error) {
        if (lstatOrNull(path) === null || number >= MAX_NUMBER) throw error;
      }
    }
    Deno.removeSync(this.#mapPath);
    this.map[Symbol.dispose]();
    return this.#committed;
  }

  /** Lets go of it. What is verified stays for the next attempt; if that is nothing, it goes. */
  [Symbol.dispose](): void {
    if (this.#committed === undefined && this.map.isEmpty) {
      tryRemove(this.path);
      tryRemove(this.#mapPath);
    }
    this.map[Symbol.dispose]();
  }

  #insideOf(place: string): string {
    const inside = place.slice(this.#options.name.length);
    return Deno.build.os === "windows" ? inside.replaceAll("/", "\\") : inside;
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
      if (error instanceof Deno.errors.AlreadyExists) throw error;
      // A file system without hard links: take the name with an empty file of our own.
      Deno.openSync(path, { write: true, createNew: true }).close();
      return Deno.renameSync(this.path, path);
    }
    Deno.removeSync(this.path);
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
