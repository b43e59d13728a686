/** The flags of `chat serve` for a systemd unit: checked, with absolute paths. @module */
import { dirname, resolve } from "node:path";
import { CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { applyConfig } from "../common/config.ts";
import { CommandFailed, EXIT_USAGE } from "../common/exit.ts";

/** Paths hidden from a system service: `ProtectHome=yes`, `PrivateTmp=yes`. */
const HIDDEN = /^\/(?:home|root|run\/user|tmp|var\/tmp)(?:\/|$)/;
/** Folders that systemd creates for the service. */
const OWN_FOLDER = /^%[SC]\//;

/** Flags whose values are paths, by attribute name. */
const PATH_NAMES = ["config", "data", "certs", "motd", "logFile"] as const;
type PathName = typeof PATH_NAMES[number];
const PATH_FLAGS = PATH_NAMES.map(flagOf);

/** The flags of a unit. */
export interface ServeFlags {
  /** The flags, with absolute paths. */
  readonly flags: readonly string[];
  /** Ports given by flags or the configuration file. */
  readonly ports: readonly number[];
  /** Attribute names of the flags on the command line. */
  readonly given: ReadonlySet<string>;
  /** Paths given by flags or the configuration file. */
  readonly paths: { readonly [name in PathName]?: string };
}

/**
 * Reads `flags` as `chat serve` would.
 *
 * @throws {CommandFailed} When `chat serve` would refuse them.
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
    if (wrong >= 0) throw wrongFlag(`${wanted[wrong]} is not a port number (1-65535)`);
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
 * The folders that the service writes to, other than its own.
 *
 * @throws {CommandFailed} When a path is hidden from a system service.
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

/** The flag of an attribute: `--log-file` for `logFile`. */
function flagOf(attribute: string): string {
  return `--${attribute.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Makes paths absolute: a service starts in another folder than this command. */
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

/** Applies the configuration file if it exists on this machine. */
async function readConfig(serve: CommandUnknownOpts): Promise<void> {
  const path: unknown = serve.getOptionValue("config");
  if (typeof path !== "string") return;
  try {
    await Deno.stat(path);
  } catch {
    return; // it will be written later, or the unit is for another machine
  }
  await applyConfig(serve, path);
}

function wrongFlag(message: string, cause?: Error): CommandFailed {
  return new CommandFailed(`chat serve would refuse these flags: ${message}`, EXIT_USAGE, {
    cause,
  });
}
