/**
 * The database's schema as a list of migrations.
 *
 * A released migration never changes; changes are added as new ones at the end. `PRAGMA user_version` counts the
 * migrations that have been applied to a file.
 *
 * @module
 */

const FIRST = `
  CREATE TABLE server (
    secret BLOB NOT NULL
  ) STRICT;
  INSERT INTO server VALUES (randomblob(32));

  CREATE TABLE account (
    folded TEXT PRIMARY KEY,
    skeleton TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    verifier TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE room (
    folded TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    topic TEXT,
    topic_by TEXT,
    topic_at INTEGER,
    founder TEXT,
    modes TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE ban (
    kind TEXT NOT NULL CHECK (kind IN ('account', 'address', 'cidr')),
    mask TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (kind, mask)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE history (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    room TEXT NOT NULL,
    time INTEGER NOT NULL,
    nick TEXT NOT NULL,
    mask TEXT NOT NULL,
    account TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'notice', 'tags')),
    text TEXT NOT NULL,
    tags TEXT
  ) STRICT;
  CREATE INDEX history_by_room ON history (room, time);
`;

// A message is found by the time in its id, so ids need no index; a kind is a small number. Index and check were half of
// the cost of storing a message.
const SECOND = `
  DROP INDEX history_by_room;
  ALTER TABLE history RENAME TO former_history;
  CREATE TABLE history (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    room TEXT NOT NULL,
    time INTEGER NOT NULL,
    nick TEXT NOT NULL,
    mask TEXT NOT NULL,
    account TEXT,
    kind INTEGER NOT NULL,
    text TEXT NOT NULL,
    tags TEXT
  ) STRICT;
  INSERT INTO history
    SELECT seq, id, room, time, nick, mask, account,
      CASE kind WHEN 'message' THEN 0 WHEN 'notice' THEN 1 ELSE 2 END, text, tags
    FROM former_history;
  DROP TABLE former_history;
  CREATE INDEX history_by_room ON history (room, time);
`;

// A number instead of the creation time distinguishes a room from former ones of its name: a clock that had
// been ahead hid its history. `time` is now the stamp that orders the history, `shown` the time if it differs.
const THIRD = `
  ALTER TABLE room ADD COLUMN life INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE history ADD COLUMN life INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE history ADD COLUMN shown INTEGER;
  UPDATE history SET life = 0 WHERE seq IN (
    SELECT seq FROM room CROSS JOIN history ON history.room = room.folded AND history.time < room.created_at
    WHERE room.folded <> '#lobby'
  );
  DROP INDEX history_by_room;
  CREATE INDEX history_by_room ON history (room, life, time);
  CREATE INDEX history_by_room_shown ON history (room, life, shown) WHERE shown IS NOT NULL;
  CREATE INDEX history_by_shown ON history (shown) WHERE shown IS NOT NULL;
`;

// The trusted time, for pruning messages by age.
const FOURTH = "ALTER TABLE server ADD COLUMN noted_time INTEGER";

// Addresses that accounts were signed in to from: they have priority when a server is full or under attack.
const FIFTH = `
  CREATE TABLE known_address (
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, address)
  ) STRICT, WITHOUT ROWID;
`;

/** All migrations, oldest first. */
export const MIGRATIONS: readonly string[] = [FIRST, SECOND, THIRD, FOURTH, FIFTH];
