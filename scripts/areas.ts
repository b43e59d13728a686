/**
 * The areas of the program and what each may import: the layers that ARCHITECTURE.md draws, as data.
 *
 * @module
 */

/** Folders that belong together, and the areas that their files may import. */
export interface Area {
  /** `a/*` is the files of a folder itself, `a/**` also those of the folders in it. */
  readonly folders: readonly string[];
  readonly imports: readonly string[];
}

const ground = ["ground"];
const base = ["net", "identity", ...ground];
const below = {
  face: ["words", "command parts", "client", ...ground],
  door: ["doors", "gate", "acts", "accounts", "keep", "shared", "hub", "store", "irc", ...base],
  part: ["client events", ...ground],
};

/** The layers, from the top down: an area imports only areas further down. */
export const AREAS: Readonly<Record<string, Area>> = {
  main: { folders: ["*"], imports: ["commands"] },

  // The commands, and the client in front of a person.
  commands: {
    folders: ["cmd/*"],
    imports: [
      ...["command libraries", "terminal", "lines", "command parts"],
      ...["watch", "server", "admin door", "accounts", "sqlite", "store", ...base],
    ],
  },
  "command libraries": {
    folders: ["cmd/admin/*", "cmd/bench/*", "cmd/doctor/*", "cmd/serve/*", "cmd/service/*"],
    imports: ["command parts", "server", "admin door", "acts", "irc", ...base],
  },
  terminal: {
    folders: ["cmd/terminal/*"],
    imports: [
      "input commands",
      "screen",
      "json",
      "lines",
      "face",
      "people",
      "identity",
      ...below.face,
    ],
  },
  "input commands": {
    folders: ["cmd/terminal/commands/*"],
    imports: ["face", "ptchat", "media", "identity", ...below.face],
  },
  screen: { folders: ["cmd/terminal/screen/*"], imports: ["face", ...below.face] },
  json: { folders: ["cmd/terminal/json/*"], imports: ["lines", "face", ...below.face] },
  lines: { folders: ["cmd/terminal/lines/*"], imports: ["face", ...below.face] },
  face: { folders: ["cmd/terminal/face/*"], imports: below.face },
  words: { folders: ["cmd/terminal/words/*"], imports: ["client", "peer", "files"] },
  "command parts": { folders: ["cmd/common/*"], imports: ["net", ...ground] },

  // The server.
  watch: {
    folders: ["core/server/watch/*"],
    imports: ["server", "http door", "acts", "shared", "net", ...ground],
  },
  server: {
    folders: ["core/server/*"],
    imports: ["irc door", "ptchat door", "relay door", "http door", ...below.door],
  },
  "irc door": { folders: ["core/server/doors/irc/**"], imports: below.door },
  "ptchat door": { folders: ["core/server/doors/ptchat/*"], imports: ["ptchat", ...below.door] },
  "relay door": {
    folders: ["core/server/doors/relay/*"],
    imports: ["doors", "acts", "net", ...ground],
  },
  "admin door": {
    folders: ["core/server/doors/admin/*"],
    imports: ["acts", "shared", "store", "net", ...ground],
  },
  "http door": {
    folders: ["core/server/doors/http/*", "core/server/doors/foreign/*"],
    imports: ["doors", "net"],
  },
  acts: {
    folders: ["core/server/acts/*"],
    imports: ["gate", "accounts", "keep", "shared", "hub", "store", "irc", ...base],
  },
  gate: { folders: ["core/server/gate/*"], imports: ["doors", "accounts", "shared", "net"] },
  doors: { folders: ["core/server/doors/*"], imports: ["shared", "ptchat", "net", ...ground] },
  accounts: { folders: ["core/server/accounts/*"], imports: ["shared", "hub", "store", ...base] },
  keep: { folders: ["core/server/keep/*"], imports: ["shared", "hub", "store", "irc", ...ground] },
  shared: { folders: ["core/server/common/*"], imports: ["hub", ...base] },
  hub: { folders: ["core/server/hub/*"], imports: ["irc", ...ground] },
  sqlite: { folders: ["core/store/sqlite/*"], imports: ["store", "identity", ...ground] },
  memory: { folders: ["core/store/memory/*"], imports: ["store", "identity", ...ground] },
  store: { folders: ["core/store/*"], imports: ["identity", ...ground] },

  // The client.
  client: {
    folders: ["core/client/*"],
    imports: [
      "transfers",
      "people",
      "rooms",
      "session",
      "view",
      "ports",
      "peer",
      "identity",
      ...below.part,
    ],
  },
  transfers: {
    folders: ["core/client/transfers/**"],
    imports: [
      "people",
      "ports",
      "peer",
      "files",
      "streams",
      "links",
      "media",
      "net",
      ...below.part,
    ],
  },
  people: {
    folders: ["core/client/people/*"],
    imports: [
      "rooms",
      "session",
      "ports",
      "peer",
      "files",
      "irc",
      "net",
      "identity",
      ...below.part,
    ],
  },
  rooms: { folders: ["core/client/rooms/*"], imports: ["session", "ports", ...below.part] },
  session: {
    folders: ["core/client/session/*"],
    imports: ["irc", "net", "identity", ...below.part],
  },
  view: { folders: ["core/client/view/*"], imports: below.part },
  ports: { folders: ["core/client/common/*"], imports: ["client events"] },
  "client events": {
    folders: ["core/client/events/*"],
    imports: ["peer", "files", "streams", "net"],
  },

  // Between clients.
  peer: { folders: ["core/peer/*"], imports: ["texts", "calls", "links"] },
  texts: { folders: ["core/peer/texts/*"], imports: ["calls", "links", "net", ...ground] },
  calls: { folders: ["core/peer/calls/*"], imports: ["links", ...base] },
  files: { folders: ["core/peer/files/*"], imports: ["links", ...ground] },
  streams: { folders: ["core/peer/streams/*"], imports: ["links", "media", ...ground] },
  links: { folders: ["core/peer/links/*"], imports: base },

  // Below both.
  ptchat: { folders: ["core/ptchat/*"], imports: ["net", "irc", ...ground] },
  net: { folders: ["core/net/*"], imports: ground },
  identity: { folders: ["core/identity/*"], imports: ground },
  media: { folders: ["core/media/*"], imports: ground },
  irc: { folders: ["core/irc/*"], imports: ground },
  ground: { folders: ["core/ground/*"], imports: [] },
};

/** The area of a file. @throws {Error} When no area has its folder. */
export function areaOf(file: string): string {
  const folder = folderOf(file);
  for (const [name, { folders }] of Object.entries(AREAS)) {
    if (folders.some((pattern) => isIn(folder, pattern))) return name;
  }
  throw new Error(`${file} belongs to no area: add its folder to scripts/areas.ts`);
}

function isIn(folder: string, pattern: string): boolean {
  return pattern.endsWith("**")
    ? folder.startsWith(pattern.slice(0, -2))
    : folder === pattern.slice(0, -1);
}

/** The folder of a file, with its slash; empty for the top. */
export function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}
