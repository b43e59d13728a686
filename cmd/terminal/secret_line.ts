/** Typed lines that hold a password, where nobody asked for one. @module */

// Refused or not, such a line has been typed: NAME PASSWORD on one line, and IRC's way to sign in.
const SECRETS = [
  /^[/~]?(login|register)\s+\S+\s+\S/i,
  /^[/~]?passwd\s+\S/i,
  /^\/\S+\s+nickserv\s+\S/i,
];

/** Whether `line` should be forgotten: not kept in a history. */
export function holdsSecret(line: string): boolean {
  return SECRETS.some((pattern) => pattern.test(line.trim()));
}
