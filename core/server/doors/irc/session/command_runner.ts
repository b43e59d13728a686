/**
 * Runs the lines of one client in order, and sends each command's answer.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { CAP, type CapSet } from "../../../../irc/caps.ts";
import { isOverlong, type Message, parseMessage } from "../../../../irc/message.ts";
import { ERR } from "../../../../irc/numerics.ts";
import type { LineReader } from "../../../../net/line_connection.ts";
import type { LineFault } from "../../../../net/lines.ts";
import type { MessageBucket } from "../../../../net/throttle.ts";
import { LineWorker } from "../../../common/line_worker.ts";
import type { IdleWatch } from "./idle_watch.ts";
import { readLatin1 } from "./latin1.ts";
import type { Output } from "./output.ts";
import type { Replies } from "./replies.ts";
import type { CommandResult } from "./session_state.ts";

/** The session whose lines are run. */
export interface RunnerSession {
  readonly nick: string;
  /** IP address of the client. */
  readonly address: string;
  readonly output: Output;
  readonly reply: Replies;
  /** Aborted when the session is closed. */
  readonly gone: AbortSignal;
  readonly view: {
    /** Whether all of these capabilities are enabled. */
    has(caps: CapSet): boolean;
  };
  /** Closes the session; others receive the reason. */
  close(reason: string): void;
}

/** Options for {@linkcode CommandRunner}. */
export interface CommandRunnerOptions {
  readonly bucket: MessageBucket;
  readonly idle: IdleWatch;
  /** A steady clock, in milliseconds. */
  readonly steadyNow: () => number;
  /** Runs one command. */
  readonly dispatch: (message: Message) => CommandResult;
  /** Called when too many lines are waiting (true), or few enough again (false). */
  readonly crowded: (isCrowded: boolean) => void;
}

/** A line that could not be decoded, in order with the others. */
interface UnreadableLine {
  readonly fault: LineFault;
}

const log = getLogger(["chat", "irc"]);

/** The commands of one session. */
export class CommandRunner implements LineReader {
  #session: RunnerSession;
  #options: CommandRunnerOptions;
  #worker: LineWorker<string | UnreadableLine>;

  constructor(session: RunnerSession, options: CommandRunnerOptions) {
    this.#session = session;
    this.#options = options;
    this.#worker = new LineWorker({
      bucket: options.bucket,
      work: (line) => this.#work(line),
      crowded: options.crowded,
      limited: () => {
        const { address, nick } = session;
        log.info("slowed down: {nick} from {address}", { nick, address });
      },
      failed: (error) => this.failed(error),
    });
  }

  line(text: string): void {
    if (text !== "") this.#take(text);
  }

  fault(fault: LineFault, line?: Uint8Array): void {
    if (fault === "endless") this.#session.close("Too many bytes without a line end");
    else this.#take(readLatin1(fault, line) ?? { fault });
  }

  /** The other end has disconnected: lines received before are still run. */
  ended(reason: string): void {
    this.#worker.finish(() => this.#session.close(reason));
  }

  /** Drops waiting and new lines. */
  stop(): void {
    this.#worker.stop();
  }

  /** A command has failed because of a defect: logs it, and notifies the client. */
  failed(error: unknown): void {
    const { gone, output, reply } = this.#session;
    if (gone.aborted && error === gone.reason) return; // no client is left for the answer
    output.dropAnswer();
    log.error("command failed: {error}", { error });
    reply.fail("*", "INTERNAL_ERROR", [], "Something went wrong on the server");
  }

  #take(line: string | UnreadableLine): void {
    if (this.#session.gone.aborted) return;
    this.#heard();
    this.#worker.take(line);
  }

  /** Records activity: only whole lines count, not bytes without a line end. */
  #heard(): void {
    this.#options.idle.heard(this.#options.steadyNow());
  }

  #work(line: string | UnreadableLine): void | Promise<void> {
    const { gone, output } = this.#session;
    const room = output.room();
    if (room) return room.then(() => this.#work(line));
    if (gone.aborted) return;
    this.#heard();
    const later = typeof line === "string" ? this.#run(line) : this.#refuse(line.fault);
    return later ? later.then(() => output.catchUp()) : output.catchUp();
  }

  #run(line: string): void | Promise<void> {
    const message = parseMessage(line);
    if (!message) return;
    if (isOverlong(line)) return this.#refuse("too-long");
    const { output } = this.#session;
    const isLabelled = this.#session.view.has(CAP.LABELED_RESPONSE | CAP.BATCH);
    const label = isLabelled ? message.tags["label"] : undefined;
    if (label !== undefined) output.beginAnswer(label);
    return this.#conclude(this.#options.dispatch(message));
  }

  /** Ends the answer when the command is done, after any number of steps. */
  #conclude(result: CommandResult): void | Promise<void> {
    const { gone, output } = this.#session;
    if (!result) return output.endAnswer();
    const answer = output.postponeAnswer();
    if ("lines" in result) return output.pour(result.lines, answer);
    const { idle, steadyNow } = this.#options;
    idle.pause(steadyNow());
    return result.finally(() => idle.resume(steadyNow())).then((next) => {
      if (gone.aborted) return;
      output.resumeAnswer(answer);
      return this.#conclude(next());
    });
  }

  #refuse(fault: LineFault): void {
    const { reply } = this.#session;
    switch (fault) {
      case "too-long":
      case "endless":
        return reply.numeric(ERR.INPUTTOOLONG, "Input line was too long");
      case "control":
        return reply.fail("*", "INVALID_MESSAGE", [], "Message has a NUL or CR in it");
      case "not-utf8":
        return reply.fail("*", "INVALID_UTF8", [], "Message is not UTF-8");
    }
  }
}
