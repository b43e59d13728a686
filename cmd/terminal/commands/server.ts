/** Commands about the client and its server: /help /hello /exit. @module */
import { formatCount } from "../words/quantity_text.ts";
import { type CommandContext, type CommandSpec, UsageError, words } from "./command.ts";
import { findCommand, nearestCommand } from "./input.ts";

/** The commands of this file. */
export const serverCommandSpecs: readonly CommandSpec[] = [
  {
    name: "help",
    usage: "[COMMAND]",
    summary: "list the commands, or explain one",
    completes: "command",
    bare: true,
    run: help,
  },
  {
    name: "hello",
    aliases: ["hi"],
    usage: "",
    summary: "say hello to the server: it tells its name, version, users, and how far away it is",
    bare: true,
    run: async (context, rest) => {
      words(rest, 0, 0);
      const { name, version, users, roundTripMs } = await context.client.hello();
      const online = users === undefined ? "" : `, ${formatCount(users, "user")} online`;
      context.notice(
        `Hello from ${name} (${version})${online}, round trip ${roundTripMs.toFixed(1)} ms`,
      );
    },
  },
  {
    name: "exit",
    aliases: ["quit"],
    usage: "[now]",
    summary: "say goodbye and leave",
    bare: true,
    run: exit,
  },
];

/** Off a terminal, running transfers are waited for; a person gets a notice. */
function exit({ client, face, exit, notice }: CommandContext, rest: string): void {
  const [now] = words(rest, 0, 1);
  if (now !== undefined && now !== "now") throw new UsageError();
  const running = client.offers.list().filter(({ state }) => state !== "waiting").length;
  if (now || running === 0 || !face.interactive) return exit();
  notice(
    `${formatCount(running, "transfer")} under way: /exit now ends ${
      running === 1 ? "it" : "them"
    }, too`,
  );
}

function help({ commands, notice }: CommandContext, rest: string): void {
  const [wanted] = words(rest, 0, 1);
  if (wanted === undefined) {
    for (const { name, usage, summary } of commands) {
      notice(`/${`${name} ${usage}`.trim().padEnd(20)} ${summary}`);
    }
    return notice("Everything else is said in the room. //text says /text.");
  }
  const name = wanted.replace(/^\//, "");
  const spec = findCommand(name, commands);
  if (spec === undefined) throw new UsageError(unknownCommand(name, commands));
  notice(usageOf(spec));
  notice(`  ${spec.summary}`);
  for (const line of spec.details ?? []) notice(`  ${line}`);
}

/** `/name arguments`, with its aliases. */
export function usageOf({ name, usage, aliases = [] }: CommandSpec): string {
  const also = aliases.map((alias) => `/${alias}`).join(", ");
  return `/${`${name} ${usage}`.trim()}${also && ` (also ${also})`}`;
}

/** The message for an unknown command. */
export function unknownCommand(name: string, commands: readonly CommandSpec[]): string {
  const nearest = nearestCommand(name, commands);
  const hint = nearest === undefined ? "/help lists all" : `did you mean /${nearest}?`;
  return `There is no command /${name.slice(0, 30)}: ${hint}`;
}
