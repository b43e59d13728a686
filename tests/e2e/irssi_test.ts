import { join } from "node:path";
import { register, ROOT, type RunningServer, startClient, startServer } from "../helpers/mod.ts";
import { tempDir, Tmux } from "../helpers/mod.ts";

const PASSWORD = "a password for irssi";
const enter = { key: "Enter" };

/** irssi, signed in by SASL, in a terminal of its own. */
async function startIrssi(server: RunningServer, account: string) {
  const home = await tempDir();
  await Deno.writeTextFile(
    join(home.path, "config"),
    `
servers = ({ address = "${server.hostname}"; port = "${server.port}"; chatnet = "chat";
  use_tls = "yes"; tls_verify = "no"; autoconnect = "yes"; });
chatnets = { chat = { type = "IRC"; nick = "${account}";
  sasl_mechanism = "PLAIN"; sasl_username = "${account}"; sasl_password = "${PASSWORD}"; }; };
settings = { core = { real_name = "${account}"; user_name = "${account}"; nick = "${account}"; };
  "irc/core" = { cmd_queue_speed = "10msec"; cmds_max_at_once = "100"; }; };
`,
  );
  const start = { command: "irssi", args: [`--home=${home.path}`], env: {}, cwd: ROOT };
  const terminal = await Tmux.start(start, { columns: 100, rows: 30 });
  return {
    terminal,
    [Symbol.asyncDispose]: async () => {
      await terminal[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

Deno.test("irssi signs in with SASL and talks in the same room as our client", async () => {
  await using server = await startServer();
  await using ours = await startClient(server);
  {
    await using first = await startClient(server);
    await register(first, "irene", PASSWORD);
  }
  await register(ours, "oscar", "a password for ours");
  await using irssi = await startIrssi(server, "irene");
  const { terminal } = irssi;
  await terminal.waitFor(/SASL authentication succeeded/);
  await ours.event("joined", ({ user, room }) => user === "irene" && room === "#lobby");

  await ours.say("Hello irene, wie geht's? 日本");
  // irssi leaves a room that the server joined it to in the background.
  await terminal.waitFor(/\[Act: .*2/);
  await terminal.type("/window goto #lobby", enter);
  await terminal.waitFor(/<.?oscar> Hello irene, wie geht's\? 日本/);
  await terminal.type("Fine, thank you", enter);
  await ours.event("message", ({ from, text }) => from === "irene" && text === "Fine, thank you");

  await terminal.type("/query oscar psst", enter);
  await ours.event("private", ({ from, text, direct }) => {
    return from === "irene" && text === "psst" && direct === false;
  });
  // irssi has no direct link and acknowledges nothing: the line goes through the server, marked so.
  await ours.say("/msg irene what?");
  await ours.event("private", ({ text, direct }) => text === "what?" && direct === false);
  await terminal.waitFor(/<oscar> what\?/);

  await terminal.type("/quit", enter);
  await ours.event("left", ({ user }) => user === "irene");
});

Deno.test("irssi is notified when its password is wrong, and gets no room", async () => {
  await using server = await startServer();
  {
    await using first = await startClient(server);
    await register(first, "irene", "another password");
  }
  await using irssi = await startIrssi(server, "irene");
  await irssi.terminal.waitFor(/SASL authentication failed/);
});
