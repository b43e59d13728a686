/** The table of all commands, in the order in which /help shows them. @module */
import { accountCommandSpecs } from "./account_commands.ts";
import type { CommandSpec } from "./command.ts";
import { fileCommandSpecs } from "./file_commands.ts";
import { privateCommandSpecs } from "./private_commands.ts";
import { roomCommandSpecs } from "./room_commands.ts";
import { serverCommandSpecs } from "./server_commands.ts";
import { streamCommandSpecs } from "./stream_commands.ts";

/** Every command. A further group is a further file, and a line here. */
export const commands: readonly CommandSpec[] = [
  ...serverCommandSpecs,
  ...accountCommandSpecs,
  ...roomCommandSpecs,
  ...privateCommandSpecs,
  ...fileCommandSpecs,
  ...streamCommandSpecs,
];
