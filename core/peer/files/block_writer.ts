/**
 * Write-behind: blocks are written to a file in order on another thread, while the next ones
 * are received.
 *
 * @module
 */
import { writeError } from "./disk.ts";
import type { TransferError } from "./errors.ts";
import { BLOCK_BYTES } from "./limits.ts";
import { writeSparsely } from "./sparse_write.ts";

/** Number of blocks: enough to absorb short pauses of either side. */
const BLOCKS = 4;

/** A buffer of one block. */
export type Block = Uint8Array<ArrayBuffer>;

/** A pool of blocks and a queue of writes, for one transfer. */
export class BlockWriter {
  readonly #free: Block[] = Array.from({ length: BLOCKS }, () => new Uint8Array(BLOCK_BYTES));
  #tail: Promise<void> = Promise.resolve();
  #waiting: (() => void) | undefined;
  #failure: TransferError | undefined;

  /**
   * Waits for a free block.
   *
   * @throws {TransferError} The error of an earlier write.
   */
  async take(): Promise<Block> {
    while (true) {
      if (this.#failure) throw this.#failure;
      const block = this.#free.pop();
      if (block) return block;
      await new Promise<void>((resolve) => this.#waiting = resolve);
    }
  }

  /** Appends the first `count` bytes of a block to a file; the block is free afterwards. */
  write(file: Deno.FsFile, block: Block, count: number): void {
    this.#queue(() => writeSparsely(file, block.subarray(0, count)), block);
  }

  /** Runs `work` after all earlier writes. */
  after(work: () => void | Promise<void>): void {
    this.#queue(work);
  }

  /** Returns an unused block. */
  giveBack(block: Block): void {
    this.#free.push(block);
    this.#waiting?.();
  }

  /**
   * Waits for all writes.
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
