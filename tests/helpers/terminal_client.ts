/** `chat connect` in a terminal, as a person starts it. @module */
import { join } from "node:path";
import { program, type ProgramOptions } from "./program.ts";
import type { RunningServer } from "./server.ts";
import { tempDir } from "./temp_dir.ts";
import { Tmux, type TmuxOptions } from "./tmux.ts";

const ENTER = { key: "Enter" };

/** Options for {@linkcode openTerminalClient}. */
export interface TerminalClientOptions extends TmuxOptions, Pick<ProgramOptions, "cwd"> {
  /** Added to the command line. */
  readonly flags?: readonly string[];
}

/** A client that a person has in front of them. */
export interface TerminalClient extends AsyncDisposable {
  readonly terminal: Tmux;
  /** Its folder of keys and settings. */
  readonly home: string;
}

/** Starts a client that trusts the new server. */
export async function openTerminalClient(
  { hostname, port }: RunningServer,
  { flags = [], cwd, ...options }: TerminalClientOptions = {},
): Promise<TerminalClient> {
  await using undo = new AsyncDisposableStack();
  const home = join(undo.use(await tempDir()).path, "home");
  const args = ["connect", hostname, String(port), "--home", home, "--trust-new", ...flags];
  const start = undo.use(await program(args, { ...(cwd !== undefined && { cwd }) }));
  const terminal = undo.use(await Tmux.start(start, options));
  const owned = undo.move();
  return { terminal, home, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Creates an account; gives the screen when its person is in #lobby. */
export async function registerInTerminal(
  terminal: Tmux,
  user: string,
  password: string,
): Promise<string> {
  await terminal.waitFor(/Sign in/);
  await terminal.type(`/register ${user}`, ENTER);
  await terminal.waitFor(/[Pp]assword.*:$/);
  await terminal.type(password, ENTER);
  await terminal.waitFor(/Once more:$/);
  await terminal.type(password, ENTER);
  return await terminal.waitFor(/#lobby/);
}
