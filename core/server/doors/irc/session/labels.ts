/**
 * Answers with the label of their command.
 *
 * https://ircv3.net/specs/extensions/labeled-response
 *
 * @module
 */
import { formatTags } from "../../../../irc/message.ts";

/** Options for {@linkcode labelled}. */
export interface LabelOptions {
  readonly label: string;
  /** The server's name. */
  readonly server: string;
}

let batches = 0;

/**
 * Labels the lines of an answer one by one: a single line itself, several as a batch, none as an `ACK`.
 *
 * @param lines Without CR LF.
 */
export function* labelEach(
  lines: Iterable<string>,
  { label, server }: LabelOptions,
): Generator<string> {
  const tag = formatTags({ label });
  const ref = `l${label.replace(/[^A-Za-z0-9]/g, "").slice(0, 16)}${(++batches).toString(36)}`;
  const inside = formatTags({ batch: ref });
  // A line of an inner batch only has the tag of that batch.
  const mark = (line: string) => /^@(?:[^ ]*;)?batch=/.test(line) ? line : withTags(line, inside);
  let first: string | undefined;
  let isBatch = false;
  for (const line of lines) {
    if (first === undefined) {
      first = line;
      continue;
    }
    if (!isBatch) {
      yield `${tag}:${server} BATCH +${ref} labeled-response`;
      yield mark(first);
      isBatch = true;
    }
    yield mark(line);
  }
  if (first === undefined) yield `${tag}:${server} ACK`;
  else if (isBatch) yield `:${server} BATCH -${ref}`;
  else yield withTags(first, tag);
}

/**
 * Labels the answer to a command: a single line itself, several as a batch, none as an `ACK`. A multiline message is
 * already a batch.
 *
 * @param answer Each line with its CR LF.
 * @returns Lines without CR LF.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { labelled } from "./labels.ts";
 * const about = { label: "7", server: "irc.test" };
 * assert.deepEqual(labelled("", about), ["@label=7 :irc.test ACK"]);
 * assert.deepEqual(labelled(":irc.test PONG a\r\n", about), ["@label=7 :irc.test PONG a"]);
 * ```
 */
export function labelled(answer: string, about: LabelOptions): string[] {
  const lines = answer.split("\r\n").slice(0, -1);
  const [first, ...others] = lines;
  if (first === undefined || !isOneMessage(lines)) return [...labelEach(lines, about)];
  return [withTags(first, formatTags({ label: about.label })), ...others];
}

/** Whether the lines are a `draft/multiline` batch and nothing else. */
function isOneMessage(lines: readonly string[]): boolean {
  const ref = /^(?:@[^ ]* )?:[^ ]+ BATCH \+([^ ]+) draft\/multiline /.exec(lines[0] ?? "")?.[1];
  return ref !== undefined && lines.at(-1)?.endsWith(` BATCH -${ref}`) === true;
}

/** Adds tags before those a line already has. */
function withTags(line: string, tags: string): string {
  return line.startsWith("@") ? `${tags.slice(0, -1)};${line.slice(1)}` : tags + line;
}
