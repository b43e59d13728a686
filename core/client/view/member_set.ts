/**
 * An immutable set of nicknames: a change returns another set that shares most of the old one, so that a large room can be
 * part of a state that is replaced with every event. Pure.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";

/** Number of parts, one of which is copied by a change. */
const PARTS = 256;

/** An immutable set of nicknames, case-insensitive. */
export class MemberSet implements Iterable<string> {
  /** The empty set. */
  static readonly EMPTY: MemberSet = new MemberSet(
    Array.from({ length: PARTS }, () => new Map<string, string>()),
    0,
  );
  readonly #parts: readonly ReadonlyMap<string, string>[];

  private constructor(
    parts: readonly ReadonlyMap<string, string>[],
    /** Number of elements. */
    readonly size: number,
  ) {
    this.#parts = parts;
  }

  /** Whether it contains that name. */
  has(nick: string): boolean {
    const key = foldName(nick);
    return this.#parts[partOf(key)]!.has(key);
  }

  /** Adds names; a name that exists already gets the new spelling. */
  with(nicks: Iterable<string>): MemberSet {
    const changed = new Map<number, Map<string, string>>();
    let { size } = this;
    for (const nick of nicks) {
      const key = foldName(nick);
      const part = this.#copy(changed, partOf(key));
      if (!part.has(key)) size++;
      part.set(key, nick);
    }
    return this.#replaced(changed, size);
  }

  /** Removes a name. */
  without(nick: string): MemberSet {
    const key = foldName(nick);
    const changed = new Map<number, Map<string, string>>();
    if (!this.#parts[partOf(key)]!.has(key)) return this;
    this.#copy(changed, partOf(key)).delete(key);
    return this.#replaced(changed, this.size - 1);
  }

  /** The names in their owners' spelling, unordered. */
  *[Symbol.iterator](): Iterator<string> {
    for (const part of this.#parts) yield* part.values();
  }

  #copy(changed: Map<number, Map<string, string>>, at: number): Map<string, string> {
    const part = changed.get(at) ?? new Map(this.#parts[at]);
    changed.set(at, part);
    return part;
  }

  #replaced(changed: ReadonlyMap<number, ReadonlyMap<string, string>>, size: number): MemberSet {
    if (changed.size === 0) return this;
    return new MemberSet(this.#parts.map((part, at) => changed.get(at) ?? part), size);
  }
}

function partOf(key: string): number {
  let hash = 0;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash, 31) + key.charCodeAt(at) | 0;
  return hash & (PARTS - 1);
}
