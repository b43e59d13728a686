/** `chat admin`: inspects and controls a server that runs on this machine. @module */
import { Command } from "@commander-js/extra-typings";
import { parseBanTarget } from "../core/server/accounts/bans.ts";
import { askServer } from "../core/server/doors/admin/client.ts";
import { AdminError, adminSocketPath } from "../core/server/doors/admin/protocol.ts";
import type {
  AdminAnswers,
  AdminCommand,
  AdminQuestions,
} from "../core/server/doors/admin/types.ts";
import { backUp } from "./admin/backup.ts";
import { parseDuration } from "./admin/duration.ts";
import { VIEWS } from "./admin/views.ts";
import { CommandFailed, EXIT_USAGE } from "./common/exit.ts";
import { InputLines } from "./terminal/lines/standard_input.ts";

/** Characters of a generated password, without those that look alike. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
/** 5 bits each: infeasible to guess. */
const GENERATED_CHARACTERS = 16;

/** The command, for the tree in mod.ts. */
export function adminCommand() {
  const admin = new Command("admin")
    .description("Inspect and control a server that runs on this machine.")
    .option("--data <dir>", "the server's data folder", "data")
    .option("--json", "print the server's answer as JSON");
  const ask = <C extends AdminCommand>(command: C, fields: AdminQuestions[C]) =>
    request(admin.opts(), command, fields);

  const simple = {
    users: "list users who are online",
    connections: "list connections: door, address, account, since",
    rooms: "list rooms",
    bans: "list bans",
    stats: "show statistics since the server started",
  } as const;
  for (const command of ["users", "connections", "rooms", "bans", "stats"] as const) {
    admin.command(command).description(simple[command]).action(() => ask(command, {}));
  }
  admin.command("kick").description("close all connections of a user")
    .argument("<name>").argument("[reason...]")
    .action((name, reason) => ask("kick", { name, reason: reason.join(" ") }));
  admin.command("ban").description("ban an account, an address or a network")
    .argument("<target>", "account name, IP address, or network as in 192.0.2.0/24")
    .option("--for <time>", "duration: 30m, 2h, 7d (default: no end)", parseDuration)
    .option("--reason <text>", "reason, shown to those who are banned", "")
    .action((target, { for: forMs, reason }) =>
      ask("ban", { ...targetOf(target), reason, ...(forMs !== undefined && { forMs }) })
    );
  admin.command("unban").description("lift a ban")
    .argument("<target>")
    .action((target) => ask("unban", { ...targetOf(target) }));
  admin.command("reset-password").description("give an account a new password, and print it")
    .argument("<name>")
    .option("--stdin", "take the password from standard input, one line")
    .action(async (name, { stdin }) => {
      const { data, json } = admin.opts();
      const password = stdin ? await readPassword() : generatePassword();
      const fields = { name, password };
      const result = await answerTo(adminSocketPath(data), "reset-password", fields);
      if (json) return console.log(JSON.stringify(stdin ? result : { ...result, password }));
      show("reset-password", result, json);
      if (!stdin) console.log(`Password: ${password}`);
    });
  admin.command("announce").description("send a notice to everybody")
    .argument("<text...>")
    .action((text) => ask("announce", { text: text.join(" ") }));
  admin.command("backup").description("copy the database to a new file while the server runs")
    .argument("<file>")
    .action(async (file) => {
      const { data, json } = admin.opts();
      let bytes = 0;
      const path = await backUp({ data, file }, async (copy) => {
        ({ bytes } = await answerTo(adminSocketPath(data), "backup", copy));
      });
      show("backup", { path, bytes }, json);
    });
  return admin;
}

interface AdminOptions {
  readonly data: string;
  readonly json?: true | undefined;
}

async function request<C extends AdminCommand>(
  { data, json }: AdminOptions,
  command: C,
  fields: AdminQuestions[C],
): Promise<void> {
  const result = await answerTo(adminSocketPath(data), command, fields);
  show(command, result, json);
}

function show<C extends AdminCommand>(
  command: C,
  result: AdminAnswers[C],
  json: true | undefined,
): void {
  console.log(json ? JSON.stringify(result) : VIEWS[command](result, Date.now()));
}

async function answerTo<C extends AdminCommand>(
  path: string,
  command: C,
  fields: AdminQuestions[C],
): Promise<AdminAnswers[C]> {
  try {
    return await askServer(path, command, fields);
  } catch (error) {
    if (error instanceof AdminError) throw new CommandFailed(error.message, 1, { cause: error });
    throw error;
  }
}

function targetOf(text: string) {
  const target = parseBanTarget(text);
  if (target) return target;
  throw new CommandFailed(
    `Not an account name, an address or a network: ${text}`,
    EXIT_USAGE,
  );
}

async function readPassword(): Promise<string> {
  const lines = new InputLines(Deno.stdin.readable);
  const line = await lines.next();
  await lines.close();
  if (line) return line;
  throw new CommandFailed("Standard input is empty: give the password as its first line");
}

function generatePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(GENERATED_CHARACTERS));
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
