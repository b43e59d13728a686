/**
 * A receiver's plan for an offer: the place of every file, the data kept from
 * an earlier attempt, and whether the disk has space for the rest.
 *
 * @module
 */
import { displayName } from "../../ground/text.ts";
import { freeBytes, lstatOrNull } from "./disk.ts";
import { TransferError } from "./errors.ts";
import { chunkBytesOf, MAX_ANSWER_BYTES, MAX_NAMES } from "./limits.ts";
import { type AgreedPrefix, agreeOnPrefix, type AgreeOptions, joinChecks } from "./prefix.ts";
import { RootPart } from "./root_part.ts";
import { SafePaths } from "./safe_path.ts";
import {
  announcedName,
  type ListedFile,
  type ListPage,
  type OfferLine,
  type PartialFile,
  type ReceiverLine,
} from "./wire.ts";

/** Parts of earlier attempts that are opened at once; a process can often open only about 1000 files. */
const MAX_EARLIER_ROOTS = 256;

/** One file of the list and its place. */
export interface PlannedFile extends ListedFile {
  /** The offered path, cleaned for display. */
  readonly shown: string;
  /** Its path relative to the target folder. */
  readonly place: string;
  readonly root: PlannedRoot;
}

/** An empty folder. */
export interface PlannedFolder {
  /** The offered path. */
  readonly offered: string;
  /** Its path relative to the target folder. */
  readonly place: string;
  readonly root: PlannedRoot;
}

/** A top-level file or folder. */
export interface PlannedRoot {
  readonly name: string;
  readonly kind: "file" | "folder";
  /** The part that it is received into; unset until needed. */
  part: RootPart | undefined;
}

/** The verified part of a file from an earlier attempt. */
export interface KeptPart extends AgreedPrefix {
  readonly checks: readonly Uint8Array[];
}

/** A plan for one offer. Must be disposed of, which closes open parts. */
export class ReceivePlan implements Disposable {
  readonly files: readonly PlannedFile[];
  /** Places of empty folders. */
  readonly folders: readonly PlannedFolder[];
  readonly roots: readonly PlannedRoot[];
  /** SHA-256 of files that are complete already, by index in the list. */
  readonly have = new Map<number, string>();
  /** Verified prefixes of files, by index in the list. */
  readonly kept = new Map<number, KeptPart>();
  readonly #into: string;
  readonly #peer: string;
  readonly #bytes: number;
  /** Claimed by the sender: if it is wrong, the disk becomes full before the end. */
  readonly #allocated: number;

  /**
   * @throws {TransferError} `unsafe-name`, or `protocol` when the list is not as announced.
   */
  constructor(
    offer: OfferLine,
    list: ListPage,
    { into, peer, foldsNames }: {
      readonly into: string;
      readonly peer: string;
      readonly foldsNames: boolean;
    },
  ) {
    this.#into = into;
    this.#peer = peer;
    const paths = new SafePaths({ foldsNames });
    const roots = new Map<string, PlannedRoot>();
    const rootOf = (place: string, kind: "file" | "folder"): PlannedRoot => {
      const [name = place] = place.split("/", 1);
      let root = roots.get(name);
      if (!root) roots.set(name, root = { name, kind, part: undefined });
      return root;
    };
    this.files = list.files.map((file) => {
      const place = paths.place(file.path);
      const root = rootOf(place, place.includes("/") ? "folder" : "file");
      return { ...file, shown: displayName(file.path), place, root };
    });
    this.folders = list.folders.map((path) => {
      const place = paths.placeFolder(path);
      return { offered: path, place, root: rootOf(place, "folder") };
    });
    this.roots = [...roots.values()];
    const bytes = this.files.reduce((sum, file) => sum + file.bytes, 0);
    this.#bytes = bytes;
    this.#allocated = offer.allocated ?? bytes;
    if (bytes !== offer.bytes) throw new TransferError("protocol", "The sizes do not add up");
    if (this.roots.length !== offer.roots || !isAsAnnounced(list, offer)) {
      throw new TransferError("protocol", "The list has other names at the top than announced");
    }
  }

  /** Bytes that need not be sent. */
  get keptBytes(): number {
    let bytes = 0;
    for (const index of this.have.keys()) bytes += this.files[index]?.bytes ?? 0;
    for (const part of this.kept.values()) bytes += part.bytes;
    return bytes;
  }

  /** Finds and verifies data from an earlier attempt. */
  async findKept(options: AgreeOptions): Promise<void> {
    const names = new Set([...Deno.readDirSync(this.#into)].map((entry) => entry.name));
    let opened = 0;
    for (const root of this.roots) {
      if (opened >= MAX_EARLIER_ROOTS) return;
      root.part = RootPart.tryResume(this.#optionsOf(root), names);
      if (root.part) opened++;
    }
    if (opened === 0) return;
    const places = new Set(this.files.map((file) => file.place));
    for (const root of this.roots) root.part?.keepOnly(places);
    for (const [index, file] of this.files.entries()) {
      await this.#findKeptFile(index, file, options);
      if (!file.root.part?.isCommitted || this.have.has(index)) continue;
      file.root.part.forget(); // it was complete, but the source has changed
      file.root.part = undefined;
    }
  }

  /** @throws {TransferError} `no-space`. */
  async checkSpace(): Promise<void> {
    const needed = Math.min(this.#bytes, this.#allocated) - this.keptBytes;
    const free = await freeBytes(this.#into);
    if (free === undefined || needed <= free) return;
    throw new TransferError("no-space", `${needed} bytes are needed, ${free} are free`);
  }

  /** The answer for the sender. */
  answer(): ReceiverLine & { readonly type: "accept" } {
    const partial: PartialFile[] = [];
    let room = MAX_ANSWER_BYTES / 2;
    for (const [file, { checks, chunks }] of this.kept) {
      const text = joinChecks(checks.slice(0, chunks)).toBase64();
      room -= text.length + 1000;
      if (room < 0) break;
      const state = this.#stateOf(file, chunks);
      partial.push({ file, checks: text, ...(state ? { state: state.toBase64() } : {}) });
    }
    return { type: "accept", have: rangesOf(this.have.keys()), partial };
  }

  /** The part that a root is received into, created on demand. */
  partOf(root: PlannedRoot): RootPart {
    return root.part ??= RootPart.create(this.#optionsOf(root));
  }

  /** Closes open parts. */
  [Symbol.dispose](): void {
    for (const root of this.roots) root.part?.[Symbol.dispose]();
  }

  #optionsOf({ name, kind }: PlannedRoot) {
    return { into: this.#into, peer: this.#peer, name, kind };
  }

  async #findKeptFile(index: number, planned: PlannedFile, options: AgreeOptions): Promise<void> {
    const { bytes, mtimeMs, place, root } = planned;
    const record = root.part?.map.record(place);
    const path = root.part?.pathOf(place);
    if (!record || path === undefined) return;
    const info = lstatOrNull(path);
    if (!info?.isFile) return;
    const isSameSource = record.bytes === bytes && record.mtimeMs === mtimeMs;
    if (record.sha256 !== undefined) {
      if (isSameSource && info.size === bytes) this.have.set(index, record.sha256);
      return;
    }
    const chunkBytes = chunkBytesOf(bytes);
    if (chunkBytes !== chunkBytesOf(record.bytes)) return;
    // The last chunk has no check: it ends with the file.
    const checks = record.checks.slice(0, Math.max(0, Math.ceil(bytes / chunkBytes) - 1));
    const state = isSameSource ? record.state : undefined;
    using file = Deno.openSync(path);
    const agreed = await agreeOnPrefix(file, { bytes, checks, state }, options);
    if (agreed.chunks > 0) this.kept.set(index, { ...agreed, checks });
  }

  #stateOf(index: number, chunks: number): Uint8Array | undefined {
    const file = this.files[index];
    const record = file?.root.part?.map.record(file.place);
    if (!file || !record || record.checks.length !== chunks) return undefined;
    return record.bytes === file.bytes && record.mtimeMs === file.mtimeMs
      ? record.state
      : undefined;
  }
}

/** Whether the names shown before the answer are those of the list. */
function isAsAnnounced({ files, folders }: ListPage, { names }: OfferLine): boolean {
  const listed = new Set<string>();
  for (const path of [...files.map(({ path }) => path), ...folders.map((path) => `${path}/`)]) {
    const end = path.indexOf("/");
    listed.add(announcedName(end < 0 ? path : path.slice(0, end + 1)));
  }
  const announced = new Set(names);
  return listed.size <= MAX_NAMES
    ? listed.size === announced.size && listed.isSubsetOf(announced)
    : announced.size === MAX_NAMES && announced.isSubsetOf(listed);
}

/** Ascending numbers as ranges: first, and one after the last. */
function rangesOf(numbers: Iterable<number>): number[] {
  const ranges: number[] = [];
  for (const number of numbers) {
    if (ranges.at(-1) === number) ranges[ranges.length - 1] = number + 1;
    else ranges.push(number, number + 1);
  }
  return ranges;
}
