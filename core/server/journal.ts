/**
 * What the hub's events leave behind: history, saved rooms, presence, and lines in the log.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import * as v from "valibot";
import type { SavedRoom } from "../hub/rooms.ts";
import { type HubEvent, isRoom, type Room, type Said } from "../hub/types.ts";
import { foldName, LOBBY } from "../irc/names.ts";
import { storedTags } from "../irc/stored_tags.ts";
import { MESSAGES } from "../log.ts";
import { type RoomRow, type Store, StoreError } from "../store/store.ts";
import type { Counters } from "./counters.ts";
import type { Directory } from "./directory.ts";

const Modes = v.pipe(
  v.object({
    flags: v.array(v.picklist(["i", "m", "n", "s", "t"])),
    key: v.optional(v.string()),
    limit: v.optional(v.number()),
    bans: v.array(v.string()),
  }),
  v.transform(({ flags, key, limit, bans }) => ({ flags, key, limit, bans })),
);

const log = getLogger(["chat", "rooms"]);
const spoken = getLogger(MESSAGES);

/** What the journal writes to. */
export interface JournalOptions {
  readonly store: Store;
  readonly directory: Directory;
  readonly counters: Counters;
  /** Called when something waits for the store's commit. */
  readonly due: () => void;
}

/** Writes down what happens. Hears every event before any session does. */
export function journalOf(
  { store, directory, counters, due }: JournalOptions,
): (event: HubEvent) => void {
  return (event) => {
    switch (event.kind) {
      case "said":
        return keep(event);
      case "joined":
        if (event.room.members.size === 1) saveRoom(store, event.room);
        return log.info("joined: {room} {nick}", { room: event.room.name, nick: event.user.nick });
      case "left":
        return log.info("left: {room} {nick}", { room: event.room.name, nick: event.user.nick });
      case "kicked":
        return log.info("kicked: {room} {nick} by {by}", {
          room: event.room.name,
          nick: event.user.nick,
          by: event.by.mask,
        });
      case "topic-changed":
      case "modes-changed":
        return saveRoom(store, event.room);
      case "came-online":
        log.info("came: {nick}", { nick: event.user.nick });
        return directory.cameOnline(event.user);
      case "renamed": {
        const former = event.formerMask.slice(0, event.formerMask.indexOf("!"));
        log.info("renamed: {former} is {nick}", { former, nick: event.user.nick });
        if (foldName(former) === foldName(event.user.nick)) return;
        directory.wentOffline(former);
        return directory.cameOnline(event.user);
      }
      case "disowned":
        return tryStore(() => void store.dropRoom(event.room.name));
      case "quit":
        log.info("gone: {nick}, {reason}", { nick: event.user.nick, reason: event.reason });
        directory.remember(event.user, event.time);
        return directory.wentOffline(event.user.nick);
    }
  };

  function keep({ id, to, time, from, as, text, tags }: Said): void {
    if (as === "signal") return;
    if (!isRoom(to)) return void counters.privateMessages++;
    counters.roomMessages++;
    if (spoken.isEnabledFor("info")) {
      spoken.info("{room} <{nick}> {text}", { room: to.name, nick: from.nick, text });
    }
    // A request to clients (CTCP) is for those who are here: later ones would answer it each time they come.
    if (text.startsWith("\x01") && !text.startsWith("\x01ACTION ")) return;
    store.appendMessage({
      id,
      room: to.name,
      life: to.life,
      time,
      from: from.nick,
      mask: `${from.username}@${from.host}`,
      account: from.account,
      kind: as,
      text,
      tags: storedTags(tags),
    });
    due();
  }
}

/** Keeps a room that outlives its visitors. */
function saveRoom(store: Store, room: Room): void {
  if (room.founder === undefined && !room.permanent) return;
  const { name, topic, founder, createdAt, life, flags, key, limit, bans } = room;
  const row: RoomRow = {
    name,
    topic: topic?.text,
    topicBy: topic?.by,
    topicAt: topic?.at,
    founder,
    createdAt,
    life,
    modes: JSON.stringify({ flags: [...flags], key, limit, bans }),
  };
  tryStore(() => store.saveRoom(row));
}

/** On a full disk rooms go on as they are: what changed is lost by the next start. */
function tryStore(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    log.error("a room is not written: {error}", { error: error.message });
  }
}

/** A stored room as the hub takes it back. */
export function savedRoom(row: RoomRow): SavedRoom {
  const { name, topic, topicBy, topicAt, founder, createdAt, life, modes } = row;
  return {
    ...parseModes(name, modes),
    name,
    topic: topic === undefined ? undefined : { text: topic, by: topicBy ?? "", at: topicAt ?? 0 },
    founder,
    permanent: name === LOBBY,
    createdAt,
    life,
  };
}

/** A room must not be open because what closed it cannot be read. */
function parseModes(room: string, json: string): v.InferOutput<typeof Modes> {
  try {
    return v.parse(Modes, JSON.parse(json));
  } catch (cause) {
    throw new StoreError("corrupt", `modes of room ${room} cannot be read`, { cause });
  }
}
