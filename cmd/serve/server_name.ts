/**
 * The server's name on IRC: a host name with a dot, which distinguishes it from a nickname.
 *
 * @module
 */

/** IRC's limit for server names (https://modern.ircdocs.horse/#server-name). */
const MAX_BYTES = 63;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** Whether `name` is a valid server name. */
export function isServerName(name: string): boolean {
  const labels = name.split(".");
  return name.length <= MAX_BYTES && labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    !/^[\d.]+$/.test(name);
}

/**
 * The server name without `--name`: the first valid one of the certificate's names, else the host name, with
 * `.local` appended if it has no dot.
 */
export function defaultServerName(certificateNames: readonly string[], hostname: string): string {
  const machine = hostname.replace(/[^A-Za-z0-9.-]/g, "").replace(/^[.-]+|[.-]+$/g, "");
  const names = [...certificateNames, machine, `${machine.split(".", 1)[0]}.local`];
  return names.find(isServerName) ?? "chat.local";
}
