/** Connects a client, and wires it to its face and its commands. @module */
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
} from "../../core/client/mod.ts";
import { peerLinks } from "../../core/client/people/peer_links.ts";
import type { GivenSecrets } from "../../core/identity/given_secrets.ts";
import type { Identity } from "../../core/identity/identity.ts";
import { KnownPeers } from "../../core/identity/known_peers.ts";
import {
  formatServer,
  KnownServers,
  type ServerAddress,
} from "../../core/identity/known_servers.ts";
import { CommandFailed, EXIT_FAILED, EXIT_INTERRUPTED } from "../common/exit.ts";
import { complete, type CompletionSources } from "./commands/completion.ts";
import { listFolder } from "./commands/path_completion.ts";
import { Runner } from "./commands/runner.ts";
import { commands } from "./commands/table.ts";
import { confirm, type Face } from "./face/face.ts";
import { LiveView } from "./live_view.ts";
import { toShown } from "./words/event_words.ts";
import { errorText } from "./words/problem_text.ts";
import type { ShownEvent } from "./words/shown_event.ts";

/** The closing reason when the user leaves. */
export const GOODBYE = "goodbye";

/** Whether the `closed` event has been shown. */
export interface ShownEnd {
  closed: boolean;
}

/** The flags of `chat connect`. */
export interface ClientFlags {
  /** The account to sign in to. */
  readonly user?: string | undefined;
  /** The folder of keys, pins and the input history. */
  readonly home?: string | undefined;
  /** SHA-256 of the server's certificate, as {@linkcode parseFingerprint} gives it. */
  readonly fingerprint?: string | undefined;
  /** Whether an unknown certificate is accepted. */
  readonly trustNew?: true | undefined;
  readonly json?: true | undefined;
  /** The answer to offers. */
  readonly accept: AcceptPolicy;
  readonly downloads?: string | undefined;
  readonly saveMedia?: string | undefined;
}

/** Options for {@linkcode openClient}. */
export interface OpenClientOptions extends ClientFlags {
  readonly home: string;
  readonly identity: Identity;
  readonly face: Face;
  readonly shown: ShownEnd;
  readonly secrets: GivenSecrets;
  readonly signal: AbortSignal;
}

/** Connects, and wires the client to its face and to a runner of commands. @throws {CommandFailed} */
export async function openClient(address: ServerAddress, options: OpenClientOptions) {
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
      if (!isShownAtExit(shown, options, isConnecting)) face.show(shown);
    },
  }).catch((error: unknown) => fail(error, options));
  await applyFlags(client, options);
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
  const sources = completionSources(client, live);
  face.attach({
    server: formatServer(address),
    state: () => live.state,
    complete: (line, cursor) => complete(line, cursor, sources),
  });
  return { client, runner };
}

async function applyFlags(
  { offers, streams }: ChatClient,
  { accept, downloads, face, saveMedia }: OpenClientOptions,
): Promise<void> {
  offers.policy = accept;
  offers.defaultFolder = resolve(downloads ?? await downloadFolder());
  streams.play = face.interactive;
  streams.folder = saveMedia && resolve(saveMedia);
}

function completionSources({ rooms }: ChatClient, live: LiveView): CompletionSources {
  return {
    commands,
    rooms: () => rooms.known,
    people: () => peopleAround(live.state),
    files: { home: homedir(), list: listFolder },
  };
}

/** In plain text, what ends the program is shown once: on standard error, with the exit code. */
function isShownAtExit(
  event: ShownEvent,
  { face, json }: OpenClientOptions,
  isConnecting: boolean,
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

function fail(error: unknown, { face, signal }: OpenClientOptions): never {
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
