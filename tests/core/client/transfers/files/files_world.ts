/** Two clients that send each other files, and the links between them. @module */
import { join } from "node:path";
import {
  FileTransfers,
  type FileTransfers as Transfers,
} from "../../../../../core/client/transfers/files/mod.ts";
import { Offers } from "../../../../../core/client/transfers/offers.ts";
import { type Clock, systemClock } from "../../../../../core/ground/clock.ts";
import { type FileLink, fileLinkOf, ListBudget } from "../../../../../core/peer/files/mod.ts";
import { connect, cutAfter, type Duplex, sha256, someBytes } from "../../../peer/files/helpers.ts";
import { EventLog } from "../../support.ts";

export const MIB = 1024 * 1024;

/** So many bytes go over a link before it stands still. */
export const HELD_BYTES = 10 * MIB;

/** Waits a hundredth of what it is asked to. Do not wait for its user: a busy machine is slower. */
export const hurried: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

interface Person {
  readonly files: Transfers;
  readonly offers: Offers;
  readonly events: EventLog;
}

/** Two clients and the links between them. */
export class World implements AsyncDisposable {
  readonly amy: Person;
  readonly bob: Person;
  /** What becomes of the next links: an error, after how many bytes they are cut, or until when they stand still. */
  readonly fates: (Error | number | Promise<void>)[] = [];
  /** What the next links wait for. */
  readonly gates: Promise<void>[] = [];
  /** Bytes that went over links from a sender. */
  passed = 0;
  /** Each link that was opened. */
  opened = 0;
  /** The key that amy shows. */
  pin = "pin of amy";
  account: string | undefined = "amy";
  /** Whether everybody is seen on the server. */
  isHere = true;

  constructor(
    readonly folder: string,
    clocks: { amy?: Clock; bob?: Clock } = {},
    /** What the lists of offers may take at either side. */
    private readonly lists: ListBudget = new ListBudget(),
  ) {
    const { amy = hurried, bob = systemClock } = clocks;
    this.amy = this.#person("amy", () => this.account, amy);
    this.bob = this.#person("bob", () => "bob", bob);
    this.bob.offers.defaultFolder = join(folder, "downloads");
  }

  /** A file to send, with content that tells it. */
  async file(name: string, bytes: number): Promise<{ path: string; sha256: string }> {
    const path = join(this.folder, name);
    const content = someBytes(bytes);
    await Deno.writeFile(path, content);
    return { path, sha256: sha256(content) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.amy.files.close(), this.bob.files.close()]);
  }

  #person(name: string, account: () => string | undefined, clock: Clock): Person {
    const events = new EventLog();
    const offers = new Offers({ emit: events.add });
    const files = new FileTransfers({
      clock,
      offers,
      events: { emit: events.add },
      own: {
        get account() {
          return account();
        },
      },
      presence: { sees: () => this.isHere, spelled: (name) => name },
      lists: this.lists,
      links: { openLink: (to) => this.#link(name, to) },
    });
    return { files, offers, events };
  }

  async #link(from: string, to: string): Promise<FileLink> {
    const fate = this.fates.shift() ?? Infinity;
    if (fate instanceof Error) throw fate;
    await this.gates.shift();
    this.opened++;
    const [a, b] = await connect();
    const receiver = to === "bob" ? this.bob : this.amy;
    const pin = from === "amy" ? this.pin : `pin of ${from}`;
    receiver.files.receive({ ...fileLinkOf(b), account: from, pin });
    const cutBytes = typeof fate === "number" ? fate : Infinity;
    const counted = cutAfter(a, cutBytes, (count) => this.passed += count);
    return fileLinkOf(typeof fate === "number" ? counted : heldAfter(counted, HELD_BYTES, fate));
  }
}

/** A connection that takes no more than so many bytes until a promise is kept. */
function heldAfter(conn: Duplex, bytes: number, until: Promise<void>): Duplex {
  let left = bytes;
  return {
    read: (into) => conn.read(into),
    write: async (from) => {
      if (left <= 0) await until;
      const count = await conn.write(left > 0 ? from.subarray(0, left) : from);
      left -= count;
      return count;
    },
    close: () => conn.close(),
  };
}
