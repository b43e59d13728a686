/**
 * Sockets that cannot be closed. Deno closes a TLS connection in the middle of its handshake only
 * when the handshake has come to an end, so an end that stays silent keeps our file descriptor for
 * as long as it likes. Nothing can be done about one of them; here they are counted, so that there
 * are never many.
 *
 * @module
 */
import { foldName } from "../../ground/names.ts";

/** At so many accepted ones the listener stays closed for good; this client still dials. */
const MAX_AT_DOOR = 128;
/** At so many by dialing one account's candidates, it is not dialed any more; it still may dial. */
const MAX_OF_ACCOUNT = 16;
/** At so many by dialing, this client dials no more. */
const MAX_BY_DIALING = 128;

/** Counts stuck sockets of one service. */
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

  /** An accepted connection stayed silent. */
  addAtDoor(): void {
    this.#atDoor++;
  }

  /** A candidate of the account took the connection and stayed silent. */
  addOf(account: string): void {
    const name = foldName(account);
    this.#byDialing++;
    this.#ofAccount.set(name, (this.#ofAccount.get(name) ?? 0) + 1);
  }
}
