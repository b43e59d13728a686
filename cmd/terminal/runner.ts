/** Runs what is typed, line by line, until the end of the input, /exit, or the end of the connection. @module */
import { ClientError } from "../../core/client/mod.ts";
import { type CommandContext, type CommandSpec, UsageError } from "./command.ts";
import { findCommand, type Input, parseInput } from "./input.ts";
import { unknownCommand, usageOf } from "./server_commands.ts";

/** Runs lines of a face against a client. */
export class Runner {
  readonly #context: CommandContext;
  readonly #exit = Promise.withResolvers<void>();
  readonly #background = new Set<Promise<void>>();
  #exiting = false;

  /** `context` without its way out, which is this runner. */
  constructor(context: Omit<CommandContext, "exit">) {
    // The room changes while it runs: the very object is kept, not a copy.
    this.#context = Object.assign(context, { exit: () => this.exit() });
  }

  /** What commands see. */
  get context(): CommandContext {
    return this.#context;
  }

  /** Ends the loop after the line that is being run. */
  exit(): void {
    this.#exiting = true;
    this.#exit.resolve();
  }

  /** Runs every line; resolves when there will be no other and all that they began is done. */
  async run(lines: AsyncIterator<string>): Promise<void> {
    const { client, face } = this.#context;
    const ended = Promise.race([client.closed, this.#exit.promise]).then(() => undefined);
    while (!this.#exiting && client.link.at !== "closed") {
      const next = await Promise.race([lines.next(), ended]);
      if (next === undefined || next.done) break;
      await this.line(next.value);
    }
    await Promise.all(this.#background);
    if (face.outcome !== "interrupted") await client.idle();
  }

  /** Runs one line. Whatever it throws is shown. */
  async line(line: string): Promise<void> {
    const { client, commands, face } = this.#context;
    const input = parseInput(line, { signedIn: client.account !== undefined, commands });
    const spec = input.kind === "command" ? findCommand(input.name, commands) : undefined;
    const work = this.guard(() => this.#do(input, spec), spec);
    const inBackground = face.interactive && (input.kind === "say" || spec?.background);
    if (!inBackground) return await work;
    this.#background.add(work);
    work.finally(() => this.#background.delete(work));
  }

  /** Runs `work` and shows what it throws; `spec` is the command that it is. */
  async guard(work: () => Promise<void> | void, spec?: CommandSpec): Promise<void> {
    const fail = (code: string, text: string) =>
      this.#context.face.show({ event: "error", code, text });
    try {
      await work();
    } catch (error) {
      if (error instanceof ClientError) return fail(error.code, error.message);
      if (error instanceof UsageError) {
        return fail("usage", error.message || `Usage: ${spec ? usageOf(spec) : "/help"}`);
      }
      fail("failed", error instanceof Error ? error.message : String(error));
    }
  }

  async #do(input: Input, spec: CommandSpec | undefined): Promise<void> {
    const context = this.#context;
    switch (input.kind) {
      case "nothing":
        return;
      case "wrong":
        throw new UsageError(input.text);
      case "command":
        if (spec) return await spec.run(context, input.rest);
        throw new UsageError(unknownCommand(input.name, context.commands));
      case "say":
        if (context.room !== undefined) return await context.client.say(context.room, input.text);
        throw new UsageError(
          context.client.account === undefined
            ? "Sign in to talk: /register NAME or /login NAME"
            : "You are in no room: /join ROOM",
        );
    }
  }
}
