/**
 * Sockets that cannot be closed. Deno closes a TLS connection only after its handshake has ended, so a silent other end
 * keeps our file descriptor open as long as it likes. A single one cannot be prevented; they are counted here to limit
 * their number.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";

/** Most accepted stuck sockets; then the listener stays closed, while this client still dials. */
const MAX_AT_DOOR = 128;
/** Most stuck sockets by dialing one account; then it is not dialed any more, but may still dial. */
const MAX_OF_ACCOUNT = 16;
/** Most stuck sockets by dialing; then this client dials no more. */
const MAX_BY_DIALING = 128;

/** Counts the stuck sockets of one service. */
export class StuckSockets {
  readonly #ofAccount = new Map<string, number>();
  #byDialing = 0;
  #atDoor = 0;

  /** Whether connections are still accepted. */
  get mayListen(): boolean {
    return this.#atDoor < MAX_AT_DOOR;
  }

  /** Whether the account's candidates may be dialed. */
  mayDial(account: string): boolean {
    return this.#byDialing < MAX_BY_DIALING &&
      (this.#ofAccount.get(foldName(account)) ?? 0) < MAX_OF_ACCOUNT;
  }

  /** Counts an accepted connection that stayed silent. */
  addAtDoor(): void {
    this.#atDoor++;
  }

  /** Counts a candidate of the account that accepted the connection and stayed silent. */
  addOf(account: string): void {
    const name = foldName(account);
    this.#byDialing++;
    this.#ofAccount.set(name, (this.#ofAccount.get(name) ?? 0) + 1);
  }
}
