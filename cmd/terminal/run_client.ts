/** A client from its start to its end, with the face that fits standard input and output. @module */
import envPaths from "env-paths";
import { join } from "node:path";
import { GivenSecrets } from "../../core/identity/given_secrets.ts";
import { loadOrMakeIdentity } from "../../core/identity/identity.ts";
import type { ServerAddress } from "../../core/identity/known_servers.ts";
import { CommandFailed, EXIT_FAILED, EXIT_INTERRUPTED } from "../common/exit.ts";
import { askPasswordAndSignIn } from "./commands/account.ts";
import type { CommandContext } from "./commands/command.ts";
import { holdsSecret } from "./commands/secret_line.ts";
import { aborted, Interruption } from "./interruption.ts";
import { writeFailure } from "./json/start_failure.ts";
import { type ClientFlags, GOODBYE, openClient, type ShownEnd } from "./open_client.ts";
import { openFace } from "./open_face.ts";
import { settleTransfers } from "./settle.ts";
import { lossText } from "./words/problem_text.ts";

/**
 * Connects and runs what is entered, until the end of the input, /exit, or the end of the connection.
 *
 * @throws {CommandFailed} When it cannot connect, the connection is lost, or it is interrupted.
 */
export async function runClient(address: ServerAddress, options: ClientFlags): Promise<void> {
  const shown: ShownEnd = { closed: false };
  try {
    await talk(address, options, shown);
  } catch (error) {
    if (options.json && !shown.closed) writeFailure(error);
    throw error;
  }
}

async function talk(
  address: ServerAddress,
  options: ClientFlags,
  shown: ShownEnd,
): Promise<void> {
  const home = options.home ?? envPaths("chat", { suffix: "" }).data;
  const identity = await loadOrMakeIdentity(join(home, "identity"));
  const historyFile = join(home, "input_history");
  const secrets = new GivenSecrets();
  const keepInHistory = (line: string) => !holdsSecret(line) && !secrets.has(line);
  await using face = openFace({ json: options.json ?? false, historyFile, keepInHistory });
  using interruption = new Interruption();
  const { signal } = interruption;
  interruption.watch(face); // from the start: Ctrl-C works while it connects
  const { client, runner } = await openClient(address, {
    ...options,
    home,
    identity,
    face,
    shown,
    secrets,
    signal,
  });
  await using _client = client;
  void aborted(signal).then(() => runner.exit()); // may be aborted already, while it connected
  if (face.interactive) await runner.guard(() => begin(runner.context));
  await runner.run(face.lines());
  if (!face.interactive && client.connection.at !== "closed") {
    await settleTransfers(client, { signal, notice: runner.context.notice });
  }
  const lost = client.connection.at === "closed" ? client.connection.reason : undefined;
  await client.quit(GOODBYE);
  if (signal.aborted) throw new CommandFailed("interrupted", EXIT_INTERRUPTED);
  if (lost !== undefined) {
    throw new CommandFailed(lossText(lost), EXIT_FAILED, { isShown: face.interactive });
  }
}

/** Asks for the password if `--user` was given, else shows how to sign in. */
async function begin(context: CommandContext): Promise<void> {
  if (context.user !== undefined) return await askPasswordAndSignIn(context, context.user);
  context.notice("/login NAME signs in, /register NAME makes an account, /help lists all commands");
}
