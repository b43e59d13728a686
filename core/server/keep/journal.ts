/**
 * Records the hub's events: history, stored rooms, presence, and lines in the log.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { MESSAGES } from "../../ground/log.ts";
import { foldName } from "../../ground/names.ts";
import { storedTags } from "../../irc/stored_tags.ts";
import type { HistoryStore } from "../../store/store.ts";
import type { Counters } from "../common/counters.ts";
import type { SessionDirectory } from "../common/session_directory.ts";
import type { HubEvent, RoomRef, SaidEvent } from "../hub/events.ts";
import type { Room } from "../hub/types.ts";
import type { RoomKeeper } from "./room_keeper.ts";

const log = getLogger(["chat", "rooms"]);
const spoken = getLogger(MESSAGES);

/** Options for {@linkcode journalOf}. */
export interface JournalOptions {
  readonly history: Pick<HistoryStore, "append">;
  readonly rooms: RoomKeeper;
  /** The hub's room of that name, after the event. */
  readonly findRoom: (name: string) => Room | undefined;
  readonly directory: SessionDirectory;
  readonly counters: Counters;
  /** Called when a message is to be committed. */
  readonly due: () => void;
}

/** Returns an observer of the hub, to be called with every event before any session is. */
export function journalOf(
  { history, rooms, findRoom, directory, counters, due }: JournalOptions,
): (event: HubEvent) => void {
  return (event) => {
    switch (event.kind) {
      case "said":
        return keep(event);
      case "joined":
        save(event.room, ({ members }) => members.size === 1);
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
        return save(event.room);
      case "came-online":
        log.info("came: {nick}", { nick: event.user.nick });
        return directory.cameOnline(event.user);
      case "renamed": {
        const former = event.former.nick;
        log.info("renamed: {former} is {nick}", { former, nick: event.user.nick });
        if (foldName(former) === foldName(event.user.nick)) return;
        directory.wentOffline(former);
        return directory.cameOnline(event.user);
      }
      case "disowned":
        return rooms.forget(event.room.name);
      case "quit":
        log.info("gone: {nick}, {reason}", { nick: event.user.nick, reason: event.reason });
        directory.remember(event.user, event.time);
        return directory.wentOffline(event.user.nick);
    }
  };

  function save({ name }: RoomRef, isDue: (room: Room) => boolean = () => true): void {
    const room = findRoom(name);
    if (room && isDue(room)) rooms.save(room);
  }

  function keep({ id, to, time, from, as, text, tags }: SaidEvent): void {
    if (as === "signal") return;
    if (to.kind === "user") return void counters.privateMessages++;
    counters.roomMessages++;
    if (spoken.isEnabledFor("info")) {
      spoken.info("{room} <{nick}> {text}", { room: to.name, nick: from.nick, text });
    }
    // Clients answer a CTCP request: from the history, they would answer it at every join.
    if (text.startsWith("\x01") && !text.startsWith("\x01ACTION ")) return;
    history.append({
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
