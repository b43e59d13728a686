/**
 * The command tree: names, flags and exit codes (0 done, 1 failed, 2 wrong usage, 130 Ctrl-C).
 *
 * @module
 */
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { adminCommand } from "./admin.ts";
import { benchCommand } from "./bench.ts";
import { doctorCommand } from "./doctor.ts";
import { CommandFailed, EXIT_FAILED, EXIT_USAGE } from "./exit.ts";
import { serveCommand } from "./serve.ts";
import { connectCommand } from "./connect.ts";
import { keygenCommand } from "./keygen.ts";
import { serviceCommand } from "./service.ts";
import { VERSION } from "../core/version.ts";

/** Runs `chat` with `args` (without the program's name) and gives its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command("chat")
    .description("A chat tool that a group runs for itself, in one executable.")
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError("(chat --help lists all commands)");
  program.addCommand(serveCommand());
  program.addCommand(connectCommand());
  program.addCommand(keygenCommand());
  program.addCommand(serviceCommand(serveCommand));
  program.addCommand(adminCommand());
  program.addCommand(benchCommand());
  program.addCommand(doctorCommand());
  inheritSettings(program);
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    if (error instanceof CommandFailed) {
      console.error(`chat: ${error.message}`);
      return error.exitCode;
    }
    console.error(`chat: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT_FAILED;
  }
}

/** Gives all commands below `parent` its way of exiting and of showing errors. */
function inheritSettings(parent: CommandUnknownOpts): void {
  for (const command of parent.commands) inheritSettings(command.copyInheritedSettings(parent));
}
