/**
 * What a server is called on IRC: a host name with a dot in it, by which clients tell it from a person.
 *
 * @module
 */

/** What IRC leaves room for (https://modern.ircdocs.horse/#server-name). */
const MAX_BYTES = 63;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** Whether a server may have this name. */
export function isServerName(name: string): boolean {
  const labels = name.split(".");
  return name.length <= MAX_BYTES && labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    !/^[\d.]+$/.test(name);
}

/**
 * The name of a server that was given none: the first of its certificate's that may be one, else the machine's, in
 * `.local` where that has no dot.
 */
export function defaultServerName(certificateNames: readonly string[], hostname: string): string {
  const machine = hostname.replace(/[^A-Za-z0-9.-]/g, "").replace(/^[.-]+|[.-]+$/g, "");
  const names = [...certificateNames, machine, `${machine.split(".", 1)[0]}.local`];
  return names.find(isServerName) ?? "chat.local";
}
