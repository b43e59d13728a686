/** Amy's client, on a server that answers as the test says. @module */
import assert from "node:assert/strict";
import type { ChatClientOptions, ClientEvent } from "../../../core/client/mod.ts";
import { ALL_CAPABILITIES, type ScriptedLine, ScriptedServer } from "./scripted_server.ts";
import { connectTo } from "./support.ts";

/** As of a server that lets amy sign in by PLAIN, in one round. */
export const CAPABILITIES = ALL_CAPABILITIES.replace(",SCRAM-SHA-256", "");

/** Connects as amy, who is in #lobby, whose history is `history`. */
export async function amyOn(
  server: ScriptedServer,
  { history = [], ...options }: Partial<ChatClientOptions> & { history?: readonly string[] } = {},
) {
  const connecting = connectTo(server.address, options);
  const line = await server.accept();
  await line.welcome(CAPABILITIES);
  const { client, events } = await connecting;
  const login = client.own.login({ account: "amy", password: "pw" });
  await line.signIn("amy");
  assert.equal(await line.answerHistory(history), "LATEST #lobby * 50");
  await login;
  await client.idle();
  return { client, events, line };
}

/** The server's side of a client that comes back as amy. */
export async function amyReturns(
  server: ScriptedServer,
  history: readonly string[],
): Promise<[ScriptedLine, string]> {
  const line = await server.accept();
  await line.expect(/^CAP LS 302$/);
  await line.send(`:srv CAP * LS :${CAPABILITIES}`);
  const [, request] = await line.expect(/^CAP REQ :(.*)$/);
  await line.send(`:srv CAP * ACK :${request}`);
  await line.expect(/^AUTHENTICATE PLAIN$/);
  await line.send("AUTHENTICATE +");
  await line.expect(/^AUTHENTICATE .{5,}$/);
  await line.send(
    ":srv 900 guest0000 amy!a@chat amy :You are now logged in",
    ":srv 903 guest0000 :ok",
  );
  await line.expect(/^CAP END$/);
  await line.send(
    ":srv 001 amy :Welcome",
    ":srv 422 amy :No MOTD",
    ":amy!a@chat JOIN #lobby amy :amy",
  );
  return [line, await line.answerHistory(history)];
}

/** Echoes the next message of the client back to it; gives its text. */
export async function echo(line: ScriptedLine, id: string): Promise<string> {
  const [, label, to, text = ""] = await line.expect(/^@label=(\S+) PRIVMSG (\S+) :(.*)$/);
  await line.send(`@label=${label};msgid=${id};account=amy :amy!a@chat PRIVMSG ${to} :${text}`);
  return text;
}

/** What was said. */
export const texts = (events: readonly (ClientEvent & { readonly text: string })[]) =>
  events.map(({ text }) => text);
