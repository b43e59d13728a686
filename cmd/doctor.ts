/** `chat doctor`: finds out why a connection does not work. @module */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { CommandFailed, EXIT_USAGE } from "./common/exit.ts";
import { HOST_ARGUMENT, parseServerPort, serverAddress } from "./common/server_address.ts";
import type { Finding } from "./doctor/finding.ts";
import { examinePeer } from "./doctor/peer.ts";
import { examineServer } from "./doctor/server.ts";

const SIGNS: { readonly [state in Finding["state"]]: string } = {
  fine: "ok",
  doubtful: "?",
  broken: "NO",
};

/** Longest line of standard input that may be a password, in bytes. */
const MAX_PASSWORD_BYTES = 1_024;
const LF = 0x0a;
const CR = 0x0d;
const BACKSPACE = 0x7f;

/** The command, for the tree in mod.ts. */
export function doctorCommand(): CommandUnknownOpts {
  return new Command("doctor")
    .description("Find out why a server cannot be reached, or is slow.")
    .argument("<host>", HOST_ARGUMENT)
    .argument("[port]", "its port", parseServerPort)
    .option("--plain", "check the port of --plain: without TLS, UDP too")
    .option(
      "--user <name>",
      "sign in as this user; the password is read from standard input, one line",
    )
    .option("--json", "print one JSON object a line")
    .action(async (text, given, { plain, user, json }) => {
      const { host: hostname, port } = serverAddress(text, given);
      const show = json ? (finding: Finding) => console.log(JSON.stringify(finding)) : showLine;
      const signIn = user === undefined ? undefined : { name: user, password: readPassword() };
      let broken = 0;
      for await (const finding of examineServer({ hostname, port, tls: plain !== true, signIn })) {
        show(finding);
        if (finding.state === "broken") broken++;
      }
      for (const finding of await examinePeer()) show(finding);
      if (broken > 0) throw new CommandFailed(`${broken} of these must be fixed`);
    });
}

function showLine({ check, state, text, tookMs }: Finding): void {
  const took = tookMs === undefined
    ? ""
    : ` (${tookMs < 10 ? tookMs.toFixed(1) : Math.round(tookMs)} ms)`;
  console.log(`${SIGNS[state].padEnd(3)} ${check.padEnd(12)} ${text}${took}`);
}

/** Reads one line without echo. */
function readPassword(): string {
  const isTerminal = Deno.stdin.isTerminal();
  if (isTerminal) {
    Deno.stderr.writeSync(new TextEncoder().encode("Password: "));
    Deno.stdin.setRaw(true, { cbreak: true });
  }
  const bytes: number[] = [];
  try {
    const next = new Uint8Array(1);
    while (bytes.length < MAX_PASSWORD_BYTES && Deno.stdin.readSync(next) === 1) {
      const [byte = LF] = next;
      if (byte === LF || byte === CR) break;
      if (byte === BACKSPACE && isTerminal) bytes.pop();
      else bytes.push(byte);
    }
  } finally {
    if (isTerminal) {
      Deno.stdin.setRaw(false);
      console.error();
    }
  }
  const password = new TextDecoder().decode(new Uint8Array(bytes));
  if (password !== "") return password;
  throw new CommandFailed("--user needs a password on standard input", EXIT_USAGE);
}
