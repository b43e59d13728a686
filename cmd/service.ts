/** `chat service`: a systemd unit for `chat serve`, printed or installed. @module */
import { basename, join } from "node:path";
import {
  Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
} from "@commander-js/extra-typings";
import { CommandFailed, EXIT_FAILED } from "./common/exit.ts";
import { foldersToWrite, readServeFlags } from "./service/flags.ts";
import { formatUnit, isUnitName } from "./service/unit.ts";

const SYSTEM_UNITS = "/etc/systemd/system";
const INSTALLED_PROGRAM = "/usr/local/bin/chat";
const FIRST_UNPRIVILEGED_PORT = 1024;
/** The port of a unit without a port argument. */
const DEFAULT_PORT = "9000";

interface ServiceOptions {
  readonly user?: true | undefined;
  readonly name: string;
  readonly program: string;
}

interface InstallOptions extends ServiceOptions {
  readonly to?: string | undefined;
  readonly force?: true | undefined;
}

/**
 * The command, for the tree in mod.ts.
 *
 * @param serve Makes the `serve` command; the unit's flags are checked against it.
 */
export function serviceCommand(serve: () => CommandUnknownOpts): Command {
  return new Command("service")
    .description("Run `chat serve` as a systemd service.")
    .addCommand(
      withUnitOptions(new Command("print"), "Print the unit and change nothing.")
        .action(async (flags, options) => {
          console.log((await makeUnit(serve(), flags, options)).text.trimEnd());
        }),
    )
    .addCommand(
      withUnitOptions(new Command("install"), "Write the unit and print what to run next.")
        .option("--to <dir>", "folder for the unit, instead of systemd's own")
        .option("--force", "replace an existing unit")
        .action(async (flags, options) => {
          await install(await makeUnit(serve(), flags, options), options);
        }),
    );
}

function withUnitOptions(command: Command, description: string) {
  return command
    .description(description)
    .argument("[flags...]", "the port (default: 9000) and the flags of `chat serve`")
    .option("--user", "for your own service manager (systemctl --user) instead of the system's")
    .option("--name <name>", "name of the unit and of its user", parseName, "chat")
    .option("--program <path>", "path of the chat executable", ownProgram())
    .allowUnknownOption();
}

interface Unit {
  readonly text: string;
  /** Folders outside its own that have to be created before it starts. */
  readonly writable: readonly string[];
}

async function makeUnit(
  serve: CommandUnknownOpts,
  flags: readonly string[],
  { user, name, program }: ServiceOptions,
): Promise<Unit> {
  const read = await readServeFlags(serve, flags);
  const { ports, given } = read;
  const isConfigured = given.has("config");
  const state = `%S/${name}`;
  const port = ports.length === 0 && !isConfigured ? [DEFAULT_PORT] : [];
  const args = ["serve", ...port, ...read.flags];
  // A flag would override the configuration file.
  if (!isConfigured && !given.has("data")) args.push("--data", state);
  if (!isConfigured && !given.has("certs")) args.push("--certs", `${state}/certs`);
  const lowPort = ports.some((port) => port < FIRST_UNPRIVILEGED_PORT);
  const writable = user ? [] : foldersToWrite(read, name);
  const text = formatUnit({ program, args, name, user: user === true, lowPort, writable });
  return { text, writable };
}

async function install(
  { text, writable }: Unit,
  { user, name, to, force }: InstallOptions,
): Promise<void> {
  const dir = to ?? (user ? userUnits() : SYSTEM_UNITS);
  const path = join(dir, `${name}.service`);
  try {
    if (user || to !== undefined) await Deno.mkdir(dir, { recursive: true });
    await Deno.writeTextFile(path, text, { createNew: !force, mode: 0o644 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new CommandFailed(`${path} exists already (--force replaces it)`, EXIT_FAILED, {
        cause: error,
      });
    }
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound) {
      const why = error instanceof Deno.errors.NotFound
        ? "there is no systemd here"
        : "not allowed";
      throw new CommandFailed(
        `Cannot write ${path}: ${why} (use sudo, or --user, or --to DIR)`,
        EXIT_FAILED,
        { cause: error },
      );
    }
    throw error;
  }
  const systemctl = user ? "systemctl --user" : "sudo systemctl";
  const log = user ? `journalctl --user -u ${name} -f` : `sudo journalctl -u ${name} -f`;
  const folders = writable.map(quoteForShell).join(" ");
  const prepare = writable.length === 0 ? "" : `
  sudo useradd --system ${name}       # its folders outside /var/lib/${name} need an owner
  sudo install -d -o ${name} -m 0700 ${folders}`;
  console.log(`Written: ${path}
Now run:${prepare}
  ${systemctl} daemon-reload
  ${systemctl} enable --now ${name}
  ${user ? "loginctl enable-linger      # keep it running when you log out" : log}${
    user ? `\n  ${log}` : ""
  }
After a change of the certificate or the message of the day:
  ${systemctl} reload ${name}`);
}

function userUnits(): string {
  const home = Deno.env.get("HOME");
  const config = Deno.env.get("XDG_CONFIG_HOME") ?? (home && join(home, ".config"));
  if (!config) throw new CommandFailed("Neither XDG_CONFIG_HOME nor HOME is set; use --to DIR");
  return join(config, "systemd", "user");
}

/** The running executable if it is `chat` itself, else the usual install path. */
function ownProgram(): string {
  const unpacked = Deno.env.get("CHAT_PROGRAM"); // set by a file that unpacks itself
  const path = unpacked ?? Deno.execPath();
  return path.startsWith("/") && basename(path) === "chat" ? path : INSTALLED_PROGRAM;
}

function parseName(name: string): string {
  if (isUnitName(name)) return name;
  throw new InvalidArgumentError("Use lower case letters, digits and -, a letter first.");
}

function quoteForShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
