/**
 * A systemd unit for `chat serve`, hardened as far as V8 allows (systemd.exec(5), systemd.service(5)).
 *
 * @module
 */

/** Options for {@linkcode formatUnit}. */
export interface UnitOptions {
  /** Absolute path of the `chat` executable. */
  readonly program: string;
  /** What follows the program's name: `serve` and its flags. */
  readonly args: readonly string[];
  /** The unit's name, also of its user and folders. */
  readonly name: string;
  /** Run by a user's own service manager (`systemctl --user`), not by the system's. */
  readonly user: boolean;
  /** Whether one of the ports is below 1024. */
  readonly lowPort: boolean;
  /** Absolute paths of folders, besides the unit's own, that it writes to; none by default. */
  readonly writable?: readonly string[];
}

/**
 * Writes the unit's text. State (accounts, history, certificates) lives in the unit's state folder.
 *
 * @throws {TypeError} When the program's path is not absolute, or the name is not valid for a unit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatUnit } from "./unit.ts";
 * const unit = formatUnit({
 *   program: "/usr/local/bin/chat", args: ["serve", "9000"], name: "chat", user: false, lowPort: false,
 * });
 * assert.match(unit, /^ExecStart=\/usr\/local\/bin\/chat serve 9000$/m);
 * ```
 */
export function formatUnit(options: UnitOptions): string {
  const { program, args, name, user } = options;
  if (!program.startsWith("/")) throw new TypeError(`Cannot start a relative path: ${program}`);
  if (!isUnitName(name)) throw new TypeError(`Cannot name a unit "${name}"`);
  return `[Unit]
Description=Chat server (${name})
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
ExecStart=${[program, ...args].map(quoteArgument).join(" ")}
# Reloads the certificate and the message of the day; connections stay open.
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
TimeoutStopSec=15
WatchdogSec=60
LimitNOFILE=65536
StateDirectory=${name}
StateDirectoryMode=0700
CacheDirectory=${name}
Environment=${user ? "" : `HOME=%S/${name} `}XDG_CACHE_HOME=%C/${name} NO_COLOR=1
WorkingDirectory=%S/${name}
UMask=0077

${user ? SHARED_HARDENING : systemHardening(options)}
[Install]
WantedBy=${user ? "default.target" : "multi-user.target"}
`;
}

/** Whether `name` is valid for a unit and a user: lower case, digits and `-`, at most 31 characters. */
export function isUnitName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,30}$/.test(name);
}

/**
 * Quotes one word of `ExecStart=` so that systemd takes it literally (systemd.service(5), "Command lines").
 * `%S` and `%C` at the start of a path stay specifiers.
 *
 * @throws {TypeError} When it contains a control character.
 */
export function quoteArgument(argument: string): string {
  const specifier = /^%[SC](?=\/)/.exec(argument)?.[0] ?? "";
  const rest = argument.slice(specifier.length).replaceAll("%", "%%").replaceAll("$", "$$$$");
  return quoted(specifier + rest, /^[^\s"'\\;]+$/);
}

const SHARED_HARDENING = `NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# MemoryDenyWriteExecute=yes cannot be used: V8 compiles JavaScript into memory that it then executes.
`;

/** Quotes one path of a list (systemd.syntax(7)): `%` is escaped, `$` need not be. */
function quotePath(path: string): string {
  return quoted(path.replaceAll("%", "%%"), /^[^\s"'\\]+$/);
}

/** `text` in quotes, unless `bare` matches it. */
function quoted(text: string, bare: RegExp): string {
  // deno-lint-ignore no-control-regex -- control characters are refused
  if (/[\x00-\x1f\x7f]/.test(text)) throw new TypeError("Cannot write a control character");
  return bare.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function systemHardening({ name, lowPort, writable = [] }: UnitOptions): string {
  const paths = writable.length === 0
    ? ""
    : `ReadWritePaths=${writable.map(quotePath).join(" ")}\n`;
  // A private user namespace would revoke the capability to bind a low port.
  const capabilities = lowPort
    ? "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"
    : "CapabilityBoundingSet=\nAmbientCapabilities=\nPrivateUsers=yes\n";
  return `User=${name}
DynamicUser=yes
${capabilities}ProtectSystem=strict
${paths}ProtectHome=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
PrivateTmp=yes
RemoveIPC=yes
${SHARED_HARDENING}`;
}
