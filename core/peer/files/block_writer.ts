/**
 * Writing behind: blocks go to a file one after the other on another thread, while the next ones
 * are received.
 *
 * @module
 */
import { writeError } from "./disk.ts";
import type { TransferError } from "./errors.ts";
import { writeSparsely } from "./sparse_write.ts";
import { BLOCK_BYTES } from "./limits.ts";

/** How many blocks may wait: enough for both sides never to wait for each other's small pauses. */
const BLOCKS = 4;

/** A block to fill. */
export type Block = Uint8Array<ArrayBuffer>;

/** Blocks to fill, and a queue of work with them. One for a whole transfer. */
export class BlockWriter {
  readonly #free: Block[] = Array.from({ length: BLOCKS }, () => new Uint8Array(BLOCK_BYTES));
  #tail: Promise<void> = Promise.resolve();
  #waiting: (() => void) | undefined;
  #failure: TransferError | undefined;

  /**
   * An empty block, as soon as there is one.
   *
   * @throws {TransferError} What went wrong with a block before.
   */
  async take(): Promise<Block> {
    while (true) {
      if (this.#failure) throw this.#failure;
      const block = this.#free.pop();
      if (block) return block;
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
  }

  /** Writes the first `count` bytes of a block that was taken at the end of a file; it is given back afterwards. */
  write(file: Deno.FsFile, block: Block, count: number): void {
    this.#queue(() => writeSparsely(file, block.subarray(0, count)), block);
  }

  /** Does something when everything before is written. */
  after(work: () => void | Promise<void>): void {
    this.#queue(work);
  }

  /** Gives a block back that is not needed. */
  giveBack(block: Block): void {
    this.#free.push(block);
    this.#waiting?.();
  }

  /**
   * Waits until everything is written.
   *
   * @throws {TransferError} `no-space`, `cannot-write`.
   */
  async settle(): Promise<void> {
    await this.#tail;
    if (this.#failure) throw this.#failure;
  }

  #queue(work: () => void | Promise<void>, block?: Block): void {
    this.#tail = this.#tail.then(async () => {
      try {
        if (!this.#failure) await work();
      } catch (error) {
        this.#failure ??= writeError(error);
      }
      if (block) this.giveBack(block);
      else this.#waiting?.();
    });
  }
}
