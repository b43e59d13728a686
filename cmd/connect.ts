/** `chat connect`: the flags of the client. @module */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { isAccountName } from "../core/ground/names.ts";
import { parseFingerprint } from "../core/identity/fingerprint.ts";
import { HOST_ARGUMENT, parseServerPort, serverAddress } from "./common/server_address.ts";
import { runClient } from "./terminal/run_client.ts";

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
    .action((host, port, options) => runClient(serverAddress(host, port), options));
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
