/** The table of all commands, in the order in which /help shows them. @module */
import { accountCommands } from "./account_commands.ts";
import type { CommandSpec } from "./command.ts";
import { fileCommands } from "./file_commands.ts";
import { privateCommands } from "./private_commands.ts";
import { roomCommands } from "./room_commands.ts";
import { serverCommands } from "./server_commands.ts";
import { streamCommands } from "./stream_commands.ts";

/** Every command. A further group is a further file, and a line here. */
export const commands: readonly CommandSpec[] = [
  ...serverCommands,
  ...accountCommands,
  ...roomCommands,
  ...privateCommands,
  ...fileCommands,
  ...streamCommands,
];
