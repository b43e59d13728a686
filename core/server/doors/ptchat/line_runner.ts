/**
 * Handles the lines of a PTCHAT session in order: each waits until the answers before it have been read.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { PtchatLine } from "../../../ptchat/line_splitter.ts";
import { stepPtchatLife } from "../../../ptchat/session_life.ts";
import { LineWorker } from "../../common/line_worker.ts";
import type { PtchatTransport } from "../transport.ts";
import type { PtchatActor } from "./actor.ts";

const log = getLogger(["chat", "ptchat"]);

/** The lines of one session. */
export class PtchatLineRunner {
  #actor: PtchatActor;
  #worker: LineWorker<PtchatLine>;

  constructor(actor: PtchatActor, transport: Pick<PtchatTransport, "crowded">) {
    this.#actor = actor;
    this.#worker = new LineWorker({
      bucket: actor.context.throttle.messageBucket(),
      work: (line) => this.#work(line),
      crowded: (crowded) => transport.crowded(crowded),
      limited: () => {
        const { address, user } = actor;
        log.info("slowed down: {nick} from {address}", { nick: user?.nick ?? "*", address });
      },
      failed: (error) => {
        if (error === actor.gone.reason) return; // no client is left for the answer
        log.error("line failed: {error}", { error });
        actor.close("Something went wrong on the server");
      },
    });
  }

  /** Whether a line is being handled, or waiting. */
  get isWorking(): boolean {
    return this.#worker.isWorking;
  }

  /** Queues one line. */
  take(line: PtchatLine): void {
    this.#worker.take(line);
  }

  /** Drops new lines, handles the waiting ones, and then calls `done`. */
  finish(done: () => void): void {
    this.#worker.finish(done);
  }

  /** Drops waiting and new lines. */
  stop(): void {
    this.#worker.stop();
  }

  #work(line: PtchatLine): void | Promise<void> {
    const room = this.#actor.output.room();
    return room ? room.then(() => this.#answer(line)) : this.#answer(line);
  }

  /** @param known Whether the account in the line exists, if that had to be read from a slow store. */
  #answer(line: PtchatLine, known?: boolean): void | Promise<void> {
    const { context: { guests, store }, secrets, life } = this.#actor;
    let asked: Promise<unknown> | undefined;
    const rules = {
      guests,
      isAccount: (name: string) => {
        if (known !== undefined) return known;
        const account = store.accounts.find(name);
        if (account instanceof Promise) asked = account;
        return account !== undefined;
      },
      isSecret: (text: string) => secrets.has(text),
    };
    const step = stepPtchatLife(life, { kind: "line", line, rules });
    if (!asked) return this.#actor.enact(step);
    return asked.then((account) => this.#answer(line, account !== undefined));
  }
}
