/**
 * Parses a configuration file into keys, values and line numbers. The caller interprets the keys.
 *
 * @module
 */
import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { parse, TomlError } from "smol-toml";

/** TOML, or JSON with comments. */
export type ConfigFormat = "toml" | "json";

/** One key of the file. */
export interface ConfigEntry {
  /** As written in the file. */
  readonly key: string;
  /** Should be a string, number, boolean or a list of these; not checked here. */
  readonly value: unknown;
  /** From 1. */
  readonly line: number;
}

/** The file is invalid. */
export class ConfigError extends Error {
  /** Distinguishes it from other errors where `instanceof` cannot. */
  override readonly name = "ConfigError";
  /** `line` counts from 1; it is not part of the message. */
  constructor(message: string, readonly line: number, options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Parses the keys of a configuration, in the order of the file.
 *
 * @throws {ConfigError} When the syntax is wrong, a key occurs twice, or the JSON is not an object.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseConfig } from "./config_file.ts";
 * assert.deepEqual(parseConfig("# ours\nslots = 50\n", "toml"), [{ key: "slots", value: 50, line: 2 }]);
 * assert.deepEqual(parseConfig('{\n  "slots": 50\n}', "json"), [{ key: "slots", value: 50, line: 2 }]);
 * ```
 */
export function parseConfig(text: string, format: ConfigFormat): ConfigEntry[] {
  return format === "toml" ? parseToml(text) : parseJson(text);
}

function parseToml(text: string): ConfigEntry[] {
  try {
    const lineOf = tomlLines(text);
    return Object.entries(parse(text)).map(([key, value]) => ({
      key,
      value,
      line: lineOf.get(key) ?? 1,
    })).sort((a, b) => a.line - b.line);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw new ConfigError(message, error.line, { cause: error });
  }
}

/** The line of each top-level key and table, which the parser does not report. */
function tomlLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const withoutBlocks = text.replace(
    /"""[^]*?"""|'''[^]*?'''/g,
    (block) => block.replace(/.+/g, ""),
  );
  for (const [index, line] of withoutBlocks.split("\n").entries()) {
    const match = /^\s*(?:\[\[?\s*)?(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*[.=\]]/.exec(line);
    const key = match?.[1] ?? match?.[2] ?? match?.[3];
    if (key !== undefined && !lines.has(key)) lines.set(key, index + 1);
  }
  return lines;
}

function parseJson(text: string): ConfigEntry[] {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) {
    const words = printParseErrorCode(error.error).replace(/(?<=.)[A-Z]/g, (c) => ` ${c}`);
    throw new ConfigError(words.toLowerCase(), lineAt(text, error.offset));
  }
  if (root?.type !== "object") throw new ConfigError("not an object, { ... }", 1);
  const seen = new Set<string>();
  return (root.children ?? []).map((property) => {
    const [keyNode, valueNode] = property.children ?? [];
    const key = String(keyNode?.value);
    const line = lineAt(text, property.offset);
    if (seen.has(key)) throw new ConfigError(`duplicate key "${key}"`, line);
    seen.add(key);
    return { key, value: valueNode && jsonValue(valueNode), line };
  });
}

function jsonValue(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(jsonValue);
  return node.type === "object" ? {} : node.value;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
