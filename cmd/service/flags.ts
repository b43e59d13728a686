/** The flags of `chat serve`, as a unit needs them: checked, with absolute paths. @module */
import { dirname, resolve } from "node:path";
import { CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { applyConfig } from "../config.ts";
import { CommandFailed, EXIT_USAGE } from "../exit.ts";

/** What a system's service does not see of the machine: `ProtectHome=yes`, `PrivateTmp=yes`. */
const HIDDEN = /^\/(?:home|root|run\/user|tmp|var\/tmp)(?:\/|$)/;
/** systemd's own folders; the service has them. */
const OWN_FOLDER = /^%[SC]\//;

/** Flags whose values are paths, by their attributes' names. */
const PATH_NAMES = ["config", "data", "certs", "motd", "logFile"] as const;
type PathName = typeof PATH_NAMES[number];
const PATH_FLAGS = PATH_NAMES.map(flagOf);

/** What flags ask for. */
export interface ServeFlags {
  /** The flags, their paths absolute. */
  readonly flags: readonly string[];
  /** Ports that are named, in a configuration file too. */
  readonly ports: readonly number[];
  /** Names of the flags that are given, as attributes. */
  readonly given: ReadonlySet<string>;
  /** Paths as they are to be used, in a configuration file too. */
  readonly paths: { readonly [name in PathName]?: string };
}

/**
 * Reads `flags` as `chat serve` would.
 *
 * @throws {CommandFailed} When it would refuse them.
 */
export async function readServeFlags(
  serve: CommandUnknownOpts,
  flags: readonly string[],
): Promise<ServeFlags> {
  const absolute = withAbsolutePaths(serve, flags);
  try {
    serve.exitOverride().configureOutput({ writeErr: () => {} });
    const { operands, unknown } = serve.parseOptions([...absolute]);
    if (unknown.length > 0) throw wrongFlag(`unknown flag ${unknown[0]}`);
    if (operands.length > 1) throw wrongFlag(`one port is enough, not ${operands.join(" ")}`);
    const given = new Set(
      Object.keys(serve.opts()).filter((key) => serve.getOptionValueSource(key) === "cli"),
    );
    await readConfig(serve);
    const { plain, ...options }: Readonly<Record<string, unknown>> = serve.opts();
    const configured: unknown = serve.processedArgs[0];
    const wanted = [...operands, ...[configured, plain].filter((port) => port !== undefined)];
    const ports = wanted.map(Number);
    const wrong = ports.findIndex((port) => !(Number.isInteger(port) && port > 0 && port < 65536));
    if (wrong >= 0) throw wrongFlag(`${wanted[wrong]} is no port`);
    const pathOf = (name: string) => {
      const value = options[name];
      const isMeant = typeof value === "string" && serve.getOptionValueSource(name) !== "default";
      return isMeant ? { [name]: value } : {};
    };
    const paths = Object.assign({}, ...PATH_NAMES.map(pathOf));
    return { flags: absolute, ports, given, paths };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw wrongFlag(error.message.replace(/^error: /, ""), error);
  }
}

/**
 * The folders outside the service's own that it has to write to.
 *
 * @throws {CommandFailed} When a path is where a system's service sees nothing of what is there.
 */
export function foldersToWrite({ paths }: Pick<ServeFlags, "paths">, name: string): string[] {
  for (const [attribute, path] of Object.entries(paths)) {
    if (!HIDDEN.test(path)) continue;
    throw new CommandFailed(
      `The service cannot see ${path} (${
        flagOf(attribute)
      }): put it under /var/lib/${name}, /etc or /srv`,
      EXIT_USAGE,
    );
  }
  const { data, logFile } = paths;
  const folders = [data, logFile === undefined ? undefined : dirname(logFile)];
  const own = new RegExp(`^/var/(?:lib|cache)/${name}(?:/|$)`);
  return [...new Set(folders)].filter((path) => path !== undefined)
    .filter((path) => path.startsWith("/") && !own.test(path));
}

/** The flag of an attribute: `--log-file` of `logFile`. */
function flagOf(attribute: string): string {
  return `--${attribute.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A service does not start in the folder that the flags are written in. */
function withAbsolutePaths(serve: CommandUnknownOpts, flags: readonly string[]): string[] {
  const absolute = (path: string) => OWN_FOLDER.test(path) ? path : resolve(path);
  const result: string[] = [];
  let takes: "nothing" | "path" | "other" = "nothing";
  for (const flag of flags) {
    if (takes !== "nothing") {
      result.push(takes === "path" ? absolute(flag) : flag);
      takes = "nothing";
      continue;
    }
    const [, long = "", value] = /^(--[^=]+)(?:=(.*))?$/s.exec(flag) ?? [];
    const isPath = PATH_FLAGS.includes(long);
    if (value !== undefined) result.push(isPath ? `${long}=${absolute(value)}` : flag);
    else {
      result.push(flag);
      const option = serve.options.find((option) => option.long === long);
      if (option?.required) takes = isPath ? "path" : "other";
    }
  }
  return result;
}

/** What stands in the file, where it is on this machine already. */
async function readConfig(serve: CommandUnknownOpts): Promise<void> {
  const path: unknown = serve.getOptionValue("config");
  if (typeof path !== "string") return;
  try {
    await Deno.stat(path);
  } catch {
    return; // it is still to be written, or the unit is for another machine
  }
  await applyConfig(serve, path);
}

function wrongFlag(message: string, cause?: Error): CommandFailed {
  return new CommandFailed(`chat serve would refuse these flags: ${message}`, EXIT_USAGE, {
    cause,
  });
}
