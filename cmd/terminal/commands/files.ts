/** Commands about offers, and the one that offers files: /file /accept /reject /cancel /transfers. @module */
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { ListedOffer } from "../../../core/client/mod.ts";
import { offerSummary } from "../words/offer_text.ts";
import { leftOutText, offerPartyText } from "../words/offer_words.ts";
import { type CommandContext, type CommandSpec, firstWord, UsageError, words } from "./command.ts";
import { pathOf, restAsWord, type ShellWord, splitShellWords } from "./shell_words.ts";

/** The commands of this file. */
export const fileCommandSpecs: readonly CommandSpec[] = [
  {
    name: "file",
    aliases: ["send"],
    usage: "NAME PATH...",
    summary: "offer files or whole folders to somebody",
    details: [
      "They go directly from your machine to theirs. A path with spaces needs quotes; ~ and $HOME are your home,",
      "and file:// addresses are read as a path.",
      "An interrupted transfer continues by itself, or when the same is offered again.",
    ],
    completes: "person-paths",
    bare: true,
    background: true,
    run: send,
  },
  {
    name: "accept",
    usage: "[N] [into DIR]",
    summary: "accept an offer: the newest, or number N",
    details: [
      "Without DIR, files go into the folder of --downloads. Nothing is ever overwritten. DIR may have spaces.",
      "Sound and picture are played, and with DIR kept as well.",
    ],
    run: accept,
  },
  {
    name: "reject",
    usage: "[N]",
    summary: "decline an offer: the newest, or number N",
    run: ({ client, notice }, rest) => {
      const offer = client.offers.reject(numberOf(rest));
      notice(`Declined: ${describe(offer)}`);
    },
  },
  {
    name: "cancel",
    usage: "[N]",
    summary: "end what is offered or under way: the newest, or number N",
    details: ["What has arrived of a file is kept, for when it is offered again."],
    run: ({ client }, rest) => void client.offers.cancel(numberOf(rest)),
  },
  {
    name: "transfers",
    usage: "",
    summary: "list what is offered and under way",
    run: (context, rest) => {
      words(rest, 0, 0);
      const open = context.client.offers.list();
      if (open.length === 0) return context.notice("Nothing is offered or under way");
      for (const { offer, state } of open) context.notice(`${describe(offer)}: ${STATES[state]}`);
    },
  },
  {
    name: "leftout",
    usage: "",
    summary: "list what was left out of the last /file",
    run: ({ client, notice }, rest) => {
      words(rest, 0, 0);
      if (client.files.leftOut.length === 0) return notice("Nothing was left out");
      for (const file of client.files.leftOut) notice(leftOutText(file));
    },
  },
];

const STATES = {
  waiting: "waits for an answer",
  running: "under way",
  interrupted: "interrupted",
} as const;

async function send({ client }: CommandContext, rest: string): Promise<void> {
  const [to, after] = firstWord(rest);
  const paths = splitShellWords(after);
  if (paths.length === 0) throw new UsageError();
  if (/^[#&]/.test(to)) {
    throw new UsageError("Files go to one person at a time: /file NAME PATH...");
  }
  checkQuotes(paths);
  await client.files.send(to, paths.map(typedPath));
}

function accept({ client, notice }: CommandContext, rest: string): void {
  const { number, folder } = parseAnswer(rest);
  const { offers } = client;
  const into = folder ? typedPath(folder) : offers.defaultFolder;
  const { kind } = offers.pending(number);
  const offer = offers.accept(number, folder ? { into } : {});
  notice(`Accepted: ${describe(offer)}${kind === "file" ? `, into ${into}` : ""}`);
}

/** `[N] [into DIR]`; DIR is quoted, or the rest of the line. @throws {UsageError} */
function parseAnswer(rest: string): { number?: number; folder?: ShellWord } {
  const [, digits, into] = /^(?:(\d+)(?=\s|$)\s*)?(?:into\s+(\S.*))?$/s.exec(rest) ?? [];
  if (rest !== "" && digits === undefined && into === undefined) throw new UsageError();
  const folder = into === undefined ? undefined : restAsWord(into);
  if (into !== undefined && folder === undefined) throw new UsageError();
  checkQuotes(folder ? [folder] : []);
  return {
    ...(digits === undefined ? {} : { number: Number(digits) }),
    ...(folder === undefined ? {} : { folder }),
  };
}

/** The absolute path of a typed word. @throws {UsageError} When it is a URL of another machine. */
export function typedPath(word: ShellWord): string {
  try {
    return resolve(pathOf(word, homedir()));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message);
  }
}

/** The number of an offer or a stream, if one was typed. @throws {UsageError} When it is not a number. */
export function numberOf(rest: string): number | undefined {
  const [text] = words(rest, 0, 1);
  if (text === undefined) return undefined;
  const number = /^\[?(\d{1,9})\]?$/.exec(text)?.[1];
  if (number === undefined) throw new UsageError();
  return Number(number);
}

function checkQuotes(found: readonly ShellWord[]): void {
  const open = found.find((word) => word.open !== "");
  if (open) throw new UsageError(`A quote is not closed: ${open.open}${open.text}`);
}

/** An offer in one line. */
export function describe(offer: ListedOffer): string {
  const party = offerPartyText({ ...offer, own: offer.direction === "out" });
  return `[${offer.number}] ${offerSummary(offer)} ${party}`;
}
