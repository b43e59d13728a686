/** Commands about people: /msg /whois /trust /verify. @module */
import { isAccountName } from "../../../core/ground/names.ts";
import { confirm } from "../face/face.ts";
import { formatPin } from "../words/peer_text.ts";
import { whoisText } from "../words/whois_text.ts";
import {
  type CommandContext,
  type CommandSpec,
  firstWordAndText,
  UsageError,
  words,
} from "./command.ts";

/** The commands of this file. */
export const privateCommandSpecs: readonly CommandSpec[] = [
  {
    name: "msg",
    aliases: ["message"],
    usage: "NAME TEXT",
    summary: "say something to one person alone",
    details: [
      "It goes directly from your machine to theirs: [direct]. Where their client cannot do that, it goes",
      "through the server, which can read it: [via server].",
    ],
    completes: "person",
    bare: true,
    background: true,
    saysText: true,
    run: async ({ client }, rest) => {
      const [to, text] = firstWordAndText(rest);
      if (text.trim() === "") throw new UsageError();
      if (/^[#&]/.test(to)) return await client.rooms.say(to, text);
      if (!isAccountName(to)) throw badName(to);
      await client.people.message(to, text);
    },
  },
  {
    name: "whois",
    usage: "NAME",
    summary: "show what the server knows of somebody",
    completes: "person",
    run: async (context, rest) => {
      const [nick = ""] = words(rest, 1, 1);
      for (const fact of await context.client.people.whois(nick)) {
        context.notice(whoisText(fact));
      }
    },
  },
  {
    name: "trust",
    usage: "NAME",
    summary: "accept somebody's new key after you have asked them about it",
    completes: "person",
    run: trust,
  },
  {
    name: "verify",
    usage: "NAME [yes]",
    summary: "show the safety number that you and somebody else should both see",
    details: [
      "Read it to each other, on the phone or face to face. When both numbers are the same, nobody",
      "intercepts your messages. /verify NAME yes notes that you have compared it.",
    ],
    completes: "person",
    run: verify,
  },
];

async function trust(context: CommandContext, rest: string): Promise<void> {
  const [account = ""] = words(rest, 1, 1);
  const { client: { people }, face, notice } = context;
  const key = await people.refusedKey(account);
  if (key.state === "bad-name") throw badName(account);
  if (key.state === "none") {
    return notice(`No key of ${account} has been refused: there is nothing to trust`);
  }
  const { pinned, refused } = key;
  if (face.interactive) {
    notice(`${account} was known by ${formatPin(pinned)} and comes with ${formatPin(refused)}`);
    const isTrusted = await confirm(face, `Trust the new key of ${account}?`);
    if (!isTrusted) return notice("Nothing has changed");
  }
  const outcome = await people.trust(account, refused);
  notice(
    outcome.state === "changed"
      ? `Another key of ${account} has come in between: nothing has changed`
      : `The key ${formatPin(outcome.pin)} of ${account} is trusted from now on`,
  );
}

async function verify(context: CommandContext, rest: string): Promise<void> {
  const [account = "", answer] = words(rest, 1, 2);
  if (answer !== undefined && answer !== "yes") throw new UsageError();
  const { client: { people }, notice } = context;
  const outcome = answer === "yes"
    ? await people.verify(account)
    : await people.safetyNumber(account);
  switch (outcome.state) {
    case "not-signed-in":
      throw new UsageError("Sign in first: the number is of two accounts");
    case "bad-name":
      throw badName(account);
    case "unknown":
      return notice(`${account} has not been met yet: a first /msg ${account} shows their key`);
    case "verified":
      return notice(`${account} is verified`);
    case "changed":
      return notice(`The key of ${account} has just changed`);
    case "known": {
      const { own, number, verified } = outcome;
      notice(`Safety number of ${own} and ${account}${verified ? " (verified)" : ""}:`);
      for (let at = 0; at < number.length; at += 24) {
        notice(`  ${number.slice(at, at + 24).trim()}`);
      }
    }
  }
}

function badName(name: string): UsageError {
  return new UsageError(`"${name}" is not a valid account name`);
}
