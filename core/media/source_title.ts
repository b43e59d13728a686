/**
 * The title of a source, as other clients see it.
 *
 * @module
 */
import { displayName } from "../ground/text.ts";
import { isDeviceFormat, type RawInput, rawInputs } from "./raw_input.ts";
import type { Source } from "./sources.ts";

/** Protocols of ffmpeg that read another one, or a file. */
const WRAPPERS = /^((file|concat|crypto|async|cache):)+/i;

/**
 * The title that is sent to the other side: no folder, no query, no password, no control character.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sourceTitle } from "./source_title.ts";
 * import { parseSource } from "./sources.ts";
 * assert.equal(sourceTitle(parseSource("/home/amy/song.mp3")), "song.mp3");
 * assert.equal(sourceTitle(parseSource("ffmpeg:-f lavfi -i sine=440")), "sine");
 * assert.equal(sourceTitle(parseSource("ffmpeg:-ss 60 -i /home/amy/song.mp3")), "song.mp3");
 * ```
 */
export function sourceTitle(source: Source): string {
  switch (source.from) {
    case "device":
      return source.kind === "mic" ? "microphone" : "camera";
    case "file":
      return displayName(source.path.split(/[\\/]/).findLast((part) => part) ?? "file");
    case "url":
      return displayName(urlTitle(source.url) ?? "stream");
    case "ffmpeg": {
      const [input] = rawInputs(source.args);
      return displayName(input && inputTitle(input) || "ffmpeg");
    }
  }
}

function urlTitle(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.pathname.split("/").findLast((part) => part) ?? (url?.host || undefined);
}

function inputTitle({ url, options }: RawInput): string | undefined {
  const format = options.get("-f") ?? "";
  if (format === "lavfi") return /^[^=:,;@[\s]*/.exec(url)?.[0];
  if (isDeviceFormat(format)) return baseName(url);
  const [first = ""] = url.split("|"); // of those that concat: joins
  const inner = /[a-z][a-z0-9+.-]*:\/\/.*/is.exec(first)?.[0];
  if (inner !== undefined) return urlTitle(inner);
  const path = first.replace(WRAPPERS, "");
  // pipe:0, tcp:..., data:...: nothing in them is a name.
  return /^[a-z][a-z0-9+.,-]+:/i.test(path) || path === "-" ? undefined : baseName(path);
}

/** Empty for a folder. */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? "";
}
