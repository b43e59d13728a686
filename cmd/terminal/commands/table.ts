/** The table of all commands, in the order in which /help shows them. @module */
import { accountCommandSpecs } from "./account.ts";
import type { CommandSpec } from "./command.ts";
import { fileCommandSpecs } from "./files.ts";
import { privateCommandSpecs } from "./people.ts";
import { roomCommandSpecs } from "./rooms.ts";
import { serverCommandSpecs } from "./server.ts";
import { streamCommandSpecs } from "./streams.ts";

/** Every command. A new group is a new file, and a line here. */
export const commands: readonly CommandSpec[] = [
  ...serverCommandSpecs,
  ...accountCommandSpecs,
  ...roomCommandSpecs,
  ...privateCommandSpecs,
  ...fileCommandSpecs,
  ...streamCommandSpecs,
];
