/**
 * Nicknames as a value: a change gives another set and shares most of the old one, so that a room of thousands may be
 * part of a state that is replaced with every event. Pure.
 *
 * @module
 */
import { foldName } from "../ground/names.ts";

/** A change copies one of so many parts. */
const PARTS = 256;

/** A set of nicknames; letters' case does not matter. Never changes. */
export class MemberSet implements Iterable<string> {
  /** Nobody. */
  static readonly EMPTY: MemberSet = new MemberSet(
    Array.from({ length: PARTS }, () => new Map<string, string>()),
    0,
  );
  readonly #parts: readonly ReadonlyMap<string, string>[];

  private constructor(
    parts: readonly ReadonlyMap<string, string>[],
    /** How many there are. */
    readonly size: number,
  ) {
    this.#parts = parts;
  }

  /** Whether somebody of that name is in it. */
  has(nick: string): boolean {
    const key = foldName(nick);
    return this.#parts[partOf(key)]!.has(key);
  }

  /** With these as well; a name that is there already is written as it is now. */
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

  /** Without that one. */
  without(nick: string): MemberSet {
    const key = foldName(nick);
    const changed = new Map<number, Map<string, string>>();
    if (!this.#parts[partOf(key)]!.has(key)) return this;
    this.#copy(changed, partOf(key)).delete(key);
    return this.#replaced(changed, this.size - 1);
  }

  /** The names as their owners write them, in no order. */
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
