/** A real `chat connect` to a server of {@linkcode startServer}. @module */
import { join } from "node:path";
import { type ChatOptions, type RunningChat, startChat } from "./chat.ts";
import { tempDir } from "./temp_dir.ts";

/** Options for {@linkcode startClient}. */
export interface ClientOptions extends ChatOptions {
  /** The account to name on the command line. */
  readonly user?: string;
  /** Folder of keys and settings, to outlive a client; one of its own by default. */
  readonly home?: string;
  /** One JSON object a line; on by default. */
  readonly json?: boolean;
  /** Added to the command line. */
  readonly flags?: readonly string[];
}

/** Starts a client that trusts the new server, and waits until it is connected when `json` is on. */
export async function startClient(
  server: { readonly hostname: string; readonly port: number },
  { user, home, json = true, flags = [], ...options }: ClientOptions = {},
): Promise<RunningChat> {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await tempDir());
  const chat = await startChat([
    "connect",
    server.hostname,
    String(server.port),
    "--trust-new",
    "--home",
    home ?? join(folder.path, "home"),
    ...(user === undefined ? [] : ["--user", user]),
    ...(json ? ["--json"] : []),
    ...flags,
  ], options);
  undo.use(chat);
  if (json) await chat.event("connected");
  undo.move();
  chat.alsoDispose(folder);
  return chat;
}

/** Creates an account and waits until it is signed in. */
export async function register(chat: RunningChat, user: string, password: string): Promise<void> {
  await chat.say(`/register ${user}`);
  await chat.saySecret(password);
  await chat.event("signed-in", (event) => event["user"] === user);
}
