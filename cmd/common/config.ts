/** `--config FILE`: a file with values for a command's flags. Flags on the command line win. @module */
import { type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { fileFaultWords, readRegularText } from "../../core/ground/regular_file.ts";
import { ConfigError, type ConfigFormat, parseConfig } from "./config_file.ts";
import { CommandFailed, EXIT_USAGE } from "./exit.ts";

const MAX_CONFIG_BYTES = 1024 * 1024;

/** How the value of a flag or an argument is parsed. */
interface Slot {
  readonly variadic: boolean;
  readonly parseArg?: (<T>(value: string, previous: T) => T) | undefined;
}

/**
 * Adds the flag `--config` to `command`. The keys of the file are the long flags without `--`, and the names of
 * the arguments. Call it last.
 */
export function addConfigFlag(command: CommandUnknownOpts): void {
  command.addOption(
    new Option("--config <file>", "read flags from a .toml or .json file; flags given here win"),
  );
  command.hook("preAction", async (_, acting) => {
    const path: unknown = acting.getOptionValue("config");
    if (typeof path === "string") await applyConfig(acting, path);
  });
}

/**
 * Sets the options and arguments of the file that the command line does not set.
 *
 * @throws {CommandFailed} When the file cannot be read, or has an unknown key or a wrong value; names the line.
 */
export async function applyConfig(command: CommandUnknownOpts, path: string): Promise<void> {
  const text = await readText(path);
  const at = (line: number, message: string) =>
    new CommandFailed(`${path}:${line}: ${message}`, EXIT_USAGE);
  for (const { key, value, line } of readEntries(text, path, at)) {
    try {
      applyEntry(command, key, value);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw at(line, error.message);
    }
  }
}

function readEntries(text: string, path: string, at: (line: number, message: string) => Error) {
  const format: ConfigFormat = path.endsWith(".json") ? "json" : "toml";
  try {
    return parseConfig(text, format);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw at(error.line, error.message);
  }
}

function applyEntry(command: CommandUnknownOpts, key: string, value: unknown): void {
  const index = command.registeredArguments.findIndex((argument) => argument.name() === key);
  const argument = command.registeredArguments[index];
  if (argument) {
    const parsed = parseValue(key, value, argument);
    command.processedArgs[index] ??= parsed;
    return;
  }
  const option = command.options.find((option) => option.long === `--${key}`);
  if (!option || key === "config") throw new InvalidArgumentError(unknownKey(command, key));
  const parsed = option.isBoolean() || option.negate
    ? parseFlag(key, value) !== option.negate
    : parseValue(key, value, option);
  const name = option.attributeName();
  if (command.getOptionValueSource(name) === "cli") return;
  command.setOptionValueWithSource(name, parsed, "config");
}

function parseFlag(key: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new InvalidArgumentError(`${key} is true or false, not ${show(value)}`);
}

function parseValue(key: string, value: unknown, { variadic, parseArg }: Slot): unknown {
  const given = Array.isArray(value) && variadic ? value : [value];
  let parsed: unknown;
  for (const item of given) {
    if (typeof item !== "string" && typeof item !== "number") {
      const wanted = variadic ? "a list of texts or numbers" : "a text or a number";
      throw new InvalidArgumentError(`${key} is ${wanted}, not ${show(item)}`);
    }
    try {
      if (parseArg) parsed = parseArg<unknown>(String(item), parsed);
      else {parsed = variadic
          ? [...(Array.isArray(parsed) ? parsed : []), String(item)]
          : String(item);}
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new InvalidArgumentError(`${key} cannot be ${show(item)}: ${error.message}`);
    }
  }
  return parsed;
}

function unknownKey(command: CommandUnknownOpts, key: string): string {
  const known = [
    ...command.registeredArguments.map((argument) => argument.name()),
    ...command.options.map((option) => option.long?.slice(2) ?? "").filter((name) =>
      name !== "" && name !== "config"
    ),
  ];
  return `unknown key "${key}"; known are ${known.join(", ")}`;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

async function readText(path: string): Promise<string> {
  try {
    return await readRegularText(path, MAX_CONFIG_BYTES);
  } catch (error) {
    throw new CommandFailed(`Cannot read ${path}: ${fileFaultWords(error)}`, EXIT_USAGE, {
      cause: error,
    });
  }
}
