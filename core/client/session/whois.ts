/**
 * The server's information about a user (WHOIS), as facts.
 *
 * @module
 */
import { ClientError } from "../events/errors.ts";
import type { Incoming } from "./incoming.ts";
import type { ServerSession } from "./session.ts";

/** One fact about a user. */
export type WhoisFact =
  & {
    /** The user. */
    readonly nick: string;
  }
  & (
    | {
      readonly about: "user";
      readonly user: string;
      readonly host: string;
      readonly realName: string;
    }
    | { readonly about: "server"; readonly server: string }
    /** NaN if the server sent no number. */
    | { readonly about: "idle"; readonly seconds: number }
    /** Separated by spaces, with the marks of operators. */
    | { readonly about: "rooms"; readonly rooms: string }
    | { readonly about: "account"; readonly account: string }
    | { readonly about: "away"; readonly text: string }
    /** Anything else, with the server's text. */
    | { readonly about: "other"; readonly text: string }
  );

/** Asks the server about a user. @throws {ClientError} `no-such-user`. */
export async function whois(session: ServerSession, nick: string): Promise<readonly WhoisFact[]> {
  const answer = await session.request({ command: "WHOIS", params: [nick] });
  const facts = answer.map(factIn).filter((fact) => fact !== undefined);
  if (facts.length > 0) return facts;
  throw new ClientError({ kind: "not-online", nick });
}

function factIn({ command, params }: Incoming): WhoisFact | undefined {
  const [, nick = "", ...rest] = params;
  const [first = ""] = rest;
  const last = rest.at(-1) ?? "";
  switch (command) {
    case "311":
      return { nick, about: "user", user: first, host: rest[1] ?? "", realName: last };
    case "312":
      return { nick, about: "server", server: first };
    case "317":
      return { nick, about: "idle", seconds: Number(rest[0]) };
    case "319":
      return { nick, about: "rooms", rooms: last };
    case "330":
      return { nick, about: "account", account: first };
    case "301":
      return { nick, about: "away", text: last };
    case "318":
      return undefined;
    default:
      return /^(3\d\d|671)$/.test(command)
        ? { nick, about: "other", text: rest.join(" ") }
        : undefined;
  }
}
