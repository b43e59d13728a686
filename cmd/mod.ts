/**
 * The command tree: names, flags and exit codes (0 done, 1 failed, 2 wrong usage, 130 Ctrl-C).
 *
 * @module
 */
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { messageOf } from "../core/ground/message_of.ts";
import { VERSION } from "../core/ground/version.ts";
import { CommandFailed, EXIT_FAILED, EXIT_USAGE } from "./common/exit.ts";

/** Commands are loaded on demand: loading all of them takes three times as long as one. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandUnknownOpts>>> = {
  serve: async () => (await import("./serve.ts")).serveCommand(),
  connect: async () => (await import("./connect.ts")).connectCommand(),
  keygen: async () => (await import("./keygen.ts")).keygenCommand(),
  service: async () => {
    const [{ serviceCommand }, { serveCommand }] = await Promise.all([
      import("./service.ts"),
      import("./serve.ts"),
    ]);
    return serviceCommand(serveCommand);
  },
  admin: async () => (await import("./admin.ts")).adminCommand(),
  bench: async () => (await import("./bench.ts")).benchCommand(),
  doctor: async () => (await import("./doctor.ts")).doctorCommand(),
};

/** Runs `chat` with `args` (without the program's name) and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command("chat")
    .description("A chat tool that a group runs for itself, in one executable.")
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError("(chat --help lists all commands)");
  await addCommands(program, args);
  inheritSettings(program);
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    if (error instanceof CommandFailed) {
      if (!error.isShown) console.error(`chat: ${error.message}`);
      return error.exitCode;
    }
    console.error(`chat: ${messageOf(error)}`);
    return EXIT_FAILED;
  }
}

/** Adds the command to run; all commands for help, for completion, and for an unknown name. */
async function addCommands(program: Command, [name = ""]: readonly string[]): Promise<void> {
  if (name === "-V" || name === "--version") return;
  if (Object.hasOwn(COMMANDS, name)) return void program.addCommand(await COMMANDS[name]!());
  for (const load of Object.values(COMMANDS)) program.addCommand(await load());
  await addCompletion(program);
}

/** `chat completion SHELL`, and the hidden `chat complete -- WORDS` that the printed script calls. */
async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import("@bomb.sh/tab/commander");
  // It knows commander by its plain types only; the class is the same.
  const plain = program as unknown as Parameters<typeof tab>[0];
  tab(plain, { completionCommandName: "completion" });
}

/** Applies the exit and error settings of `parent` to all commands below it. */
function inheritSettings(parent: CommandUnknownOpts): void {
  for (const command of parent.commands) inheritSettings(command.copyInheritedSettings(parent));
}
