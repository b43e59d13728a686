/**
 * Sizes of the top-level names of an offer.
 *
 * @module
 */
import type { ListedFile } from "./wire.ts";

/**
 * The bytes below each top-level name, in the order of `names`; a folder's name ends with `/`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rootSizes } from "./root_sizes.ts";
 * const files = [{ path: "a.txt", bytes: 5 }, { path: "b/c", bytes: 7 }, { path: "b/d/e", bytes: 1 }];
 * assert.deepEqual(rootSizes(["a.txt", "b/", "empty/"], files), [5, 8, 0]);
 * ```
 */
export function rootSizes(
  names: readonly string[],
  files: Iterable<Pick<ListedFile, "path" | "bytes">>,
): number[] {
  const sizes = new Map<string, number>();
  for (const { path, bytes } of files) {
    const slash = path.indexOf("/");
    const root = slash < 0 ? path : path.slice(0, slash + 1);
    sizes.set(root, (sizes.get(root) ?? 0) + bytes);
  }
  return names.map((name) => sizes.get(name) ?? 0);
}
