/** `chat connect`: the client, with the face that fits its standard input and output. @module */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import envPaths from "env-paths";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import {
  type AcceptPolicy,
  ChatClient,
  ClientError,
  type ClientView,
  FINAL_FAULTS,
  type PresentedCertificate,
  serverTrust,
} from "../core/client/mod.ts";
import { peerLinks } from "../core/client/peer_links.ts";
import { parseFingerprint } from "../core/identity/fingerprint.ts";
import { GivenSecrets } from "../core/identity/given_secrets.ts";
import { type Identity, loadOrMakeIdentity } from "../core/identity/identity.ts";
import { KnownPeers } from "../core/identity/known_peers.ts";
import { formatServer, KnownServers, type ServerAddress } from "../core/identity/known_servers.ts";
import { isAccountName } from "../core/ground/names.ts";
import { HOST_ARGUMENT, parseServerPort, serverAddress } from "./server_address.ts";
import { CommandFailed, EXIT_FAILED, EXIT_INTERRUPTED } from "./exit.ts";
import { askPasswordAndSignIn } from "./terminal/commands/account.ts";
import type { CommandContext } from "./terminal/commands/command.ts";
import { commands } from "./terminal/commands/table.ts";
import { confirm, type Face } from "./terminal/face.ts";
import { aborted, Interruption } from "./terminal/interruption.ts";
import { LiveView } from "./terminal/live_view.ts";
import { openFace } from "./terminal/open_face.ts";
import { complete, type CompletionSources } from "./terminal/commands/completion.ts";
import { listFolder } from "./terminal/commands/path_completion.ts";
import { Runner } from "./terminal/commands/runner.ts";
import { holdsSecret } from "./terminal/commands/secret_line.ts";
import { settleTransfers } from "./terminal/settle.ts";
import { toShown } from "./terminal/words/event_words.ts";
import { errorText, lossText } from "./terminal/words/problem_text.ts";
import type { ShownEvent } from "./terminal/words/shown_event.ts";
import { writeFailure } from "./terminal/json/start_failure.ts";

/** The closing reason when the user leaves. */
const GOODBYE = "goodbye";

interface ConnectOptions {
  readonly user?: string | undefined;
  readonly home?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly trustNew?: true | undefined;
  readonly json?: true | undefined;
  readonly accept: AcceptPolicy;
  readonly downloads?: string | undefined;
  readonly saveMedia?: string | undefined;
}

/** The command, for the tree in mod.ts. */
export function connectCommand() {
  return new Command("connect")
    .description("Connect to a chat server.")
    .argument("<host>", HOST_ARGUMENT)
    .argument("[port]", "its TLS port", parseServerPort)
    .option("--user <name>", "account to sign in to", parseUser)
    .option(
      "--home <dir>",
      "folder for keys and settings (default: the system's data folder for programs)",
    )
    .option(
      "--fingerprint <sha256>",
      "accept the server's certificate only if it has this fingerprint",
      parseSha256,
    )
    .option("--trust-new", "accept the certificate of an unknown server, but never a changed one")
    .option("--json", "write events as lines of JSON (docs/events.md)")
    .addOption(
      new Option("--accept <answer>", "what to do with offered files, audio and video")
        .choices(["ask", "always", "never"] as const).default("ask" as const),
    )
    .option(
      "--downloads <dir>",
      "folder for received files (default: ~/Downloads if it exists, else ./downloads)",
    )
    .option(
      "--save-media <dir>",
      "also save audio and video there (not on a terminal: saved only, default --downloads)",
    )
    .addHelpText("after", "\nType /help when connected.")
    .action((host, port, options) => connect(serverAddress(host, port), options));
}

/** Whether the `closed` event has been shown. */
interface Shown {
  closed: boolean;
}

async function connect(address: ServerAddress, options: ConnectOptions): Promise<void> {
  const shown: Shown = { closed: false };
  try {
    await talk(address, options, shown);
  } catch (error) {
    if (options.json && !shown.closed) writeFailure(error);
    throw error;
  }
}

async function talk(address: ServerAddress, options: ConnectOptions, shown: Shown): Promise<void> {
  const home = options.home ?? envPaths("chat", { suffix: "" }).data;
  const identity = await loadOrMakeIdentity(join(home, "identity"));
  const historyFile = join(home, "input_history");
  const secrets = new GivenSecrets();
  const keepInHistory = (line: string) => !holdsSecret(line) && !secrets.has(line);
  await using face = openFace({ json: options.json ?? false, historyFile, keepInHistory });
  using interruption = new Interruption();
  const { signal } = interruption;
  interruption.watch(face); // from the start: Ctrl-C works while it connects
  const { client, runner } = await open(address, {
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
  if (!face.interactive && client.link.at !== "closed") {
    await settleTransfers(client, { signal, notice: runner.context.notice });
  }
  const lost = client.link.at === "closed" ? client.link.reason : undefined;
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

interface OpenOptions extends ConnectOptions {
  readonly home: string;
  readonly identity: Identity;
  readonly face: Face;
  readonly shown: Shown;
  readonly secrets: GivenSecrets;
  readonly signal: AbortSignal;
}

async function open(address: ServerAddress, options: OpenOptions) {
  const { home, identity, face } = options;
  const knownPeers = new KnownPeers(join(home, "known_peers"));
  const known = new KnownServers(join(home, "known_servers"));
  const live = new LiveView();
  let isConnecting = true;
  const client = await ChatClient.connect({
    address,
    signal: options.signal,
    trust: serverTrust({
      known,
      fingerprint: options.fingerprint,
      trustNew: options.trustNew,
      ask: face.interactive ? (seen) => askAbout(seen, face) : undefined,
    }),
    openLinks: peerLinks({ identity, knownPeers }),
    keys: { pin: identity.pin, known: knownPeers },
    onEvent: (event) => {
      live.step(event);
      options.shown.closed ||= event.event === "closed";
      const shown = toShown(event);
      if (!isShownAtExit(shown, { ...options, isConnecting })) face.show(shown);
    },
  }).catch((error: unknown) => fail(error, options));
  client.offers.policy = options.accept;
  client.offers.defaultFolder = resolve(options.downloads ?? await downloadFolder());
  client.streams.play = face.interactive;
  client.streams.folder = options.saveMedia && resolve(options.saveMedia);
  const runner = new Runner({
    client,
    face,
    user: options.user,
    commands,
    secrets: options.secrets,
    get room() {
      return live.room;
    },
    look: (place) => live.step({ event: "looked-at", place }),
    notice: (text) => face.show({ event: "notice", text }),
  });
  isConnecting = false;
  const sources: CompletionSources = {
    commands,
    rooms: () => client.rooms.known,
    people: () => peopleAround(live.state),
    files: { home: homedir(), list: listFolder },
  };
  face.attach({
    server: formatServer(address),
    state: () => live.state,
    complete: (line, cursor) => complete(line, cursor, sources),
  });
  return { client, runner };
}

/** In plain text, what ends the program is shown once: on standard error, with the exit code. */
function isShownAtExit(
  event: ShownEvent,
  { face, json, isConnecting }: OpenOptions & { readonly isConnecting: boolean },
): boolean {
  if (json || face.interactive) return false;
  if (event.event === "closed") return event.reason !== GOODBYE;
  return event.event === "error" && (isConnecting || FINAL_FAULTS.has(event.code));
}

function peopleAround({ nick, joined, rooms }: ClientView): readonly string[] {
  const people = new Set(joined.flatMap((room) => [...rooms.get(room)?.members ?? []]));
  people.delete(nick);
  return [...people].sort((a, b) => a.localeCompare(b));
}

async function askAbout(
  { address, fingerprint }: PresentedCertificate,
  face: Face,
): Promise<boolean> {
  const text =
    `${formatServer(address)} has never been seen. Compare the SHA-256 fingerprint of its ` +
    `certificate with the one that it printed when it started:\n${fingerprint}`;
  face.show({ event: "notice", text });
  return await confirm(face, "Is it the same?");
}

function fail(error: unknown, { face, signal }: OpenOptions): never {
  if (signal.aborted) throw new CommandFailed("interrupted", EXIT_INTERRUPTED, { cause: error });
  if (!(error instanceof ClientError)) throw error;
  const hint = error.fault === "unknown-server-key" && !face.interactive
    ? ". --trust-new accepts it, --fingerprint accepts only the one you expect"
    : "";
  throw new CommandFailed(errorText(error) + hint, EXIT_FAILED, {
    cause: error,
    isShown: face.interactive,
  });
}

/** The user's Downloads folder if it exists. */
async function downloadFolder(): Promise<string> {
  const folder = join(homedir(), "Downloads");
  const isThere = await Deno.stat(folder).then((info) => info.isDirectory, () => false);
  return isThere ? folder : "downloads";
}

function parseUser(text: string): string {
  if (isAccountName(text)) return text;
  throw new InvalidArgumentError("A name has 2 to 20 of A-Z a-z 0-9 _ - [ ] \\ ^ { } | `.");
}

function parseSha256(text: string): string {
  const fingerprint = parseFingerprint(text);
  if (fingerprint !== undefined) return fingerprint;
  throw new InvalidArgumentError(
    "It must be a SHA-256 fingerprint: 64 hex digits, with or without colons.",
  );
}
