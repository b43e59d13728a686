import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseSize } from "../../../cmd/serve/size.ts";

Deno.test("parseSize() reads bytes, with or without a unit", () => {
  const sizes: [string, number | undefined][] = [
    ["0", 0],
    ["1048576", 1_048_576],
    ["500M", 500 * 1024 ** 2],
    ["500m", 500 * 1024 ** 2],
    ["2G", 2 * 1024 ** 3],
    ["2GB", 2 * 1024 ** 3],
    ["2 GiB", 2 * 1024 ** 3],
    ["1.5k", 1_536],
    ["1T", 1024 ** 4],
    ["7B", 7],
    ["", undefined],
    ["M", undefined],
    ["-1M", undefined],
    ["1e3", undefined],
    ["1,5G", undefined],
    ["1P", undefined],
    ["99999999T", undefined],
  ];
  for (const [text, bytes] of sizes) assert.equal(parseSize(text), bytes, text);
});

Deno.test("parseSize() gives whole bytes or nothing, whatever is written", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const bytes = parseSize(text);
    assert(bytes === undefined || Number.isSafeInteger(bytes) && bytes >= 0);
  }));
});
