/** The answer to `/whois`, in words. @module */
import type { WhoisFact } from "../../../core/client/mod.ts";

/** One line of `/whois`. */
export function whoisText(fact: WhoisFact): string {
  const { nick } = fact;
  switch (fact.about) {
    case "user":
      return `${nick} is ${fact.user}@${fact.host} (${fact.realName})`;
    case "server":
      return `${nick} is on ${fact.server}`;
    case "idle":
      return `${nick} has been quiet for ${idleText(fact.seconds)}`;
    case "rooms":
      return `${nick} is in ${fact.rooms}`;
    case "account":
      return `${nick} is signed in as ${fact.account}`;
    case "away":
      return `${nick} is away: ${fact.text}`;
    case "other":
      return `${nick} ${fact.text}`;
  }
}

function idleText(seconds: number): string {
  if (!(seconds >= 0)) return "some time";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor(seconds / 60) % 60} min`;
}
