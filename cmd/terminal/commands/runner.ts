/** Runs what is typed, line by line, until the end of the input, /exit, or the end of the connection. @module */
import { type ChatClient, ClientError } from "../../../core/client/mod.ts";
import { foldName } from "../../../core/ground/names.ts";
import type { EnteredLine } from "../face/face.ts";
import { errorText } from "../words/problem_text.ts";
import { type CommandContext, type CommandSpec, firstWordAndText, UsageError } from "./command.ts";
import { asText, findCommand, type ParsedInput, parseInput } from "./input.ts";
import { isCommandInstead, passwordOf, refusedSignIn, SignInRefused } from "./refused_sign_in.ts";
import { unknownCommand, usageOf } from "./server.ts";

/** The notice after a refused sign-in, off a terminal; on one, a prompt without echo. */
const NEXT_LINE = "Your next line is taken as a password, and not said";
const PROMPT = "Your password, if you go on typing it (Enter if not): ";
const WAS_PASSWORD = "Not said: it was taken as a password, for a sign-in that was refused";
const IS_PASSWORD = "Not said: that is a password you gave";

/** Runs lines of a face against a client. */
export class Runner {
  readonly #context: CommandContext;
  readonly #exit = Promise.withResolvers<void>();
  readonly #ended: Promise<undefined>;
  readonly #background = new Set<Promise<void>>();
  #exiting = false;

  /** `context` without `exit`, which this runner provides. */
  constructor(context: Omit<CommandContext, "exit">) {
    // `room` changes while commands run: this must be the same object, not a copy.
    this.#context = Object.assign(context, { exit: () => this.exit() });
    this.#ended = Promise.race([context.client.closed, this.#exit.promise]).then(() => undefined);
  }

  /** The context of all commands. */
  get context(): CommandContext {
    return this.#context;
  }

  /** Ends the loop after the line that is being run. */
  exit(): void {
    this.#exiting = true;
    this.#exit.resolve();
  }

  /** Runs every line; resolves at the end of the lines, when all their work is done. */
  async run(lines: AsyncIterator<EnteredLine>): Promise<void> {
    const { client, face } = this.#context;
    while (!this.#exiting && client.connection.at !== "closed") {
      const next = await Promise.race([lines.next(), this.#ended]);
      if (next === undefined || next.done) break;
      await this.line(next.value.text, next.value);
    }
    await Promise.all(this.#background);
    if (face.outcome !== "interrupted") await client.idle();
  }

  /** Runs one line. Errors are shown. */
  async line(line: string, { isText = false } = {}): Promise<void> {
    const { client, commands, face, notice, secrets } = this.#context;
    const input: ParsedInput = isText
      ? asText(line)
      : parseInput(line, { signedIn: client.account !== undefined, commands });
    const spec = input.kind === "command" ? findCommand(input.name, commands) : undefined;
    if (textsOf(line, input, spec).some((text) => secrets.has(text))) return notice(IS_PASSWORD);
    const refused = spec ? undefined : refusedSignIn(line, input, {
      isAccount: (name) => isKnown(client, name),
      unknownCommand: (name) => unknownCommand(name, commands),
    });
    if (refused) {
      secrets.add(passwordOf(line));
      return await this.guard(() => Promise.reject(refused));
    }
    const work = this.guard(() => this.#do(input, spec), spec);
    const inBackground = face.interactive && (input.kind === "say" || spec?.background);
    if (!inBackground) return await work;
    this.#background.add(work);
    work.finally(() => this.#background.delete(work));
  }

  /** Runs `work` and shows its error; `spec` is the command it belongs to. */
  async guard(work: () => Promise<void> | void, spec?: CommandSpec): Promise<void> {
    const fail = (code: string, text: string) =>
      this.#context.face.show({ event: "error", code, text });
    try {
      await work();
    } catch (error) {
      if (error instanceof ClientError) return fail(error.code, errorText(error));
      if (error instanceof UsageError) {
        fail("usage", error.message || `Usage: ${spec ? usageOf(spec) : "/help"}`);
        return error instanceof SignInRefused ? await this.#takePasswords(error) : undefined;
      }
      fail("failed", errorText(error));
    }
  }

  /** Reads the passwords typed after a refused sign-in, so that they are not sent as messages. */
  async #takePasswords({ passwords, text }: SignInRefused): Promise<void> {
    const { client, commands, face, notice, room, secrets } = this.#context;
    if (!face.interactive) notice(NEXT_LINE);
    for (let left = passwords; left > 0;) {
      const answer = await Promise.race([face.askSecret(PROMPT), this.#ended]);
      if (answer === undefined) return;
      if (answer.trim() === "") {
        if (face.interactive) return;
        continue;
      }
      if (answer.trim() === text?.trim() && room !== undefined) {
        return await client.rooms.say(room, text);
      }
      const isCommand = (name: string) => findCommand(name, commands) !== undefined;
      if (isCommandInstead(answer, isCommand)) return await this.line(answer);
      secrets.add(answer);
      notice(WAS_PASSWORD);
      left--;
    }
  }

  async #do(input: ParsedInput, spec: CommandSpec | undefined): Promise<void> {
    const context = this.#context;
    switch (input.kind) {
      case "nothing":
        return;
      case "wrong":
        throw new UsageError(input.text);
      case "command":
        if (spec) return await spec.run(context, spec.saysText ? input.typed : input.rest);
        throw new UsageError(unknownCommand(input.name, context.commands));
      case "say":
        if (context.room !== undefined) {
          return await context.client.rooms.say(context.room, input.text);
        }
        throw new UsageError(
          context.client.account === undefined
            ? "Sign in to talk: /register NAME or /login NAME"
            : "You are in no room: /join ROOM",
        );
    }
  }
}

/** The parts of a line that others may read: its text, and for a command also the text after the name or room. */
function textsOf(line: string, input: ParsedInput, spec: CommandSpec | undefined): string[] {
  if (!spec || input.kind !== "command") return [line];
  return spec.saysText ? [input.typed, firstWordAndText(input.typed)[1]] : [];
}

/** Whether that name is ours, or of a member of our rooms. */
function isKnown({ nick, rooms }: ChatClient, name: string): boolean {
  const folded = foldName(name);
  return folded === foldName(nick) ||
    rooms.joined.some(({ members }) => members.has(folded));
}
