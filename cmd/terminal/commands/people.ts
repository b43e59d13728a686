/** Commands about people: /msg /whois /trust /verify. @module */
import { safetyNumber } from "../../../core/identity/safety_number.ts";
import { isAccountName } from "../../../core/irc/names.ts";
import { formatPin } from "../../../core/peer/mod.ts";
import {
  type CommandContext,
  type CommandSpec,
  firstWordAndText,
  UsageError,
  words,
} from "./command.ts";
import { confirm } from "../face.ts";

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
      if (/^[#&]/.test(to)) return await client.say(to, text);
      if (!isAccountName(to)) throw new UsageError(`"${to}" is not a valid account name`);
      await client.privateMessage(to, text);
    },
  },
  {
    name: "whois",
    usage: "NAME",
    summary: "show what the server knows of somebody",
    completes: "person",
    run: async (context, rest) => {
      const [nick = ""] = words(rest, 1, 1);
      for (const line of await context.client.whois(nick)) context.notice(line);
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
      "Read it to each other, on the phone or face to face. When both numbers are the same, nobody sits",
      "between you. /verify NAME yes notes that you have compared it.",
    ],
    completes: "person",
    run: verify,
  },
];

async function trust(context: CommandContext, rest: string): Promise<void> {
  const [account = ""] = words(rest, 1, 1);
  const peer = await find(context, account);
  if (peer?.refused === undefined) {
    return context.notice(`No key of ${account} has been refused: there is nothing to trust`);
  }
  const { face, peers, notice } = context;
  if (face.interactive) {
    notice(
      `${account} was known by ${formatPin(peer.pin)} and comes with ${formatPin(peer.refused)}`,
    );
    const isTrusted = await confirm(face, `Trust the new key of ${account}?`);
    if (!isTrusted) return notice("Nothing has changed");
  }
  const pin = await peers.knownPeers.trust({ server: peers.server, account }, peer.refused);
  notice(
    pin === undefined
      ? `Another key of ${account} has come in between: nothing has changed`
      : `The key ${formatPin(pin)} of ${account} is trusted from now on`,
  );
}

async function verify(context: CommandContext, rest: string): Promise<void> {
  const [account = "", answer] = words(rest, 1, 2);
  if (answer !== undefined && answer !== "yes") throw new UsageError();
  const { client, peers, notice } = context;
  const own = client.account;
  if (own === undefined) throw new UsageError("Sign in first: the number is of two accounts");
  const peer = await find(context, account);
  if (peer === undefined) {
    return notice(`${account} has not been met yet: a first /msg ${account} shows their key`);
  }
  if (answer === "yes") {
    const noted = await peers.knownPeers.verify({ server: peers.server, account }, peer.pin);
    return notice(noted ? `${account} is verified` : `The key of ${account} has just changed`);
  }
  const number = safetyNumber({ account: own, pin: peers.identity.pin }, {
    account,
    pin: peer.pin,
  });
  notice(`Safety number of ${own} and ${account}${peer.verified ? " (verified)" : ""}:`);
  for (let at = 0; at < number.length; at += 24) notice(`  ${number.slice(at, at + 24).trim()}`);
}

async function find({ peers }: CommandContext, account: string) {
  if (!isAccountName(account)) throw new UsageError(`"${account}" is not a valid account name`);
  return await peers.knownPeers.find({ server: peers.server, account });
}
