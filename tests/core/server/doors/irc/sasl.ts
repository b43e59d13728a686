/** SASL as clients do it. @module */
import { ScramClient } from "../../../../../core/identity/scram.ts";
import type { IrcClient } from "../../../../helpers/irc_client.ts";

/** A message as AUTHENTICATE lines. */
export function authenticate(message: string): string[] {
  const text = new TextEncoder().encode(message).toBase64();
  const chunks: string[] = text.match(/.{1,400}/g) ?? [];
  if (chunks.length === 0 || chunks.at(-1)?.length === 400) chunks.push("+");
  return chunks.map((chunk) => `AUTHENTICATE ${chunk}`);
}

const OUTCOME = / 90[3-7] /;

/** Signs in by PLAIN. Gives the server's answer: the last line says whether it worked. */
export async function plain(client: IrcClient, name: string, password: string): Promise<string[]> {
  client.say("AUTHENTICATE PLAIN");
  await client.expect(/AUTHENTICATE \+$/);
  client.say(...authenticate(`\0${name}\0${password}`));
  return await client.until(OUTCOME);
}

/** Signs in by SCRAM-SHA-256 and checks that the server knows the password as well. Gives its answer. */
export async function scram(client: IrcClient, name: string, password: string): Promise<string[]> {
  const refusal = await scramUntilProof(client, name, password);
  if (refusal !== undefined) return [refusal];
  client.say("AUTHENTICATE +");
  return await client.until(OUTCOME);
}

/** As {@linkcode scram} up to the server's proof, which is left without an answer. Gives a refusal, if it is one. */
export async function scramUntilProof(
  client: IrcClient,
  name: string,
  password: string,
): Promise<string | undefined> {
  client.say("AUTHENTICATE SCRAM-SHA-256");
  await client.expect(/AUTHENTICATE \+$/);
  const exchange = new ScramClient({ name, password });
  client.say(...authenticate(exchange.first()));
  client.say(...authenticate(await exchange.final(await answer(client))));
  const [last = ""] = await client.expect(/ AUTHENTICATE .*| 904 .*/);
  if (last.startsWith(" 904")) return last;
  exchange.verify(decode(last));
  return undefined;
}

async function answer(client: IrcClient): Promise<string> {
  const [line] = await client.expect(/ AUTHENTICATE \S+$/);
  return decode(line);
}

function decode(line: string): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(line.slice(line.lastIndexOf(" ") + 1)));
}
