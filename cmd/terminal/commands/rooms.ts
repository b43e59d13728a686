/** Commands about rooms: /join /part /rooms /users /topic /history /me /away. @module */
import { formatCount } from "../words/quantity_text.ts";
import { clockTime, dayOf } from "../words/time_text.ts";
import {
  type CommandContext,
  type CommandSpec,
  firstWord,
  roomOf,
  UsageError,
  words,
} from "./command.ts";

/** Most messages that /history shows at once. */
const MAX_HISTORY = 500;
const DEFAULT_HISTORY = 50;

/** The commands of this file. */
export const roomCommandSpecs: readonly CommandSpec[] = [
  {
    name: "join",
    usage: "ROOM",
    summary: "go into a room, or talk in one you are in",
    details: ["What you type then goes to that room."],
    completes: "room",
    run: async (context, rest) => {
      const [name] = words(rest, 1, 1);
      const room = roomOf(context, name);
      const present = context.client.rooms.get(room);
      if (present === undefined) await context.client.rooms.join(room);
      context.look(context.client.rooms.get(room)?.name ?? room);
      if (present) context.notice(`You talk in ${context.room} now`);
      context.face.refresh();
    },
  },
  {
    name: "part",
    aliases: ["leave"],
    usage: "[ROOM]",
    summary: "leave a room",
    completes: "room",
    run: async (context, rest) => {
      const [name] = words(rest, 0, 1);
      await context.client.rooms.part(roomOf(context, name));
    },
  },
  {
    name: "rooms",
    aliases: ["list"],
    usage: "",
    summary: "list all rooms",
    run: async (context, rest) => {
      words(rest, 0, 0);
      const rooms = await context.client.rooms.list();
      if (rooms.length === 0) context.notice("There are no rooms");
      for (const { name, users, topic } of rooms) {
        const mark = context.client.rooms.get(name) ? " (you are there)" : "";
        context.notice(`${name}: ${formatCount(users, "user")}${mark}${topic && `, ${topic}`}`);
      }
    },
  },
  {
    name: "users",
    aliases: ["who", "names"],
    usage: "[ROOM | *]",
    summary: "list who is in a room; with * everybody known, here or not",
    details: ["~:lu: does the same as /users *."],
    completes: "room",
    run: async (context, rest) => {
      const [name] = words(rest, 0, 1);
      if (name === "*") return await showEverybody(context);
      const room = roomOf(context, name);
      const users = await context.client.rooms.members(room);
      context.notice(`${room}, ${users.length} here: ${users.join(" ")}`);
    },
  },
  {
    name: "topic",
    usage: "[ROOM] [TEXT]",
    summary: "show or set what a room is about",
    completes: "room",
    saysText: true,
    run: async (context, typed) => {
      const rest = typed.trim();
      const [first, after] = firstWord(rest);
      const named = first.startsWith("#");
      const room = roomOf(context, named ? first : undefined);
      const topic = named ? after : rest;
      if (topic !== "") return void await context.client.rooms.topic(room, topic);
      context.notice(`${room}: ${await context.client.rooms.topic(room) || "no topic is set"}`);
    },
  },
  {
    name: "history",
    usage: "[ROOM] [N]",
    summary: "show the last messages of a room once more",
    details: [`${DEFAULT_HISTORY} of them, or N, at most ${MAX_HISTORY}.`],
    completes: "room",
    run: async (context, rest) => {
      const found = words(rest, 0, 2);
      const number = found.find((word) => /^\d+$/.test(word));
      const name = found.find((word) => word !== number);
      const count = Number(number ?? DEFAULT_HISTORY);
      if (count < 1 || count > MAX_HISTORY) throw new UsageError();
      await context.client.rooms.history(roomOf(context, name), count);
    },
  },
  {
    name: "me",
    usage: "TEXT",
    summary: "say what you do: /me waves",
    background: true,
    saysText: true,
    run: async (context, text) => {
      if (text.trim() === "") throw new UsageError();
      await context.client.rooms.act(roomOf(context, undefined), text);
    },
  },
  {
    name: "away",
    usage: "[TEXT]",
    summary: "say that you are away, or without a text that you are back",
    saysText: true,
    run: async (context, typed) => {
      const rest = typed.trim();
      await context.client.people.away(rest || undefined);
      context.notice(rest ? `You are away: ${rest}` : "You are back");
    },
  },
];

async function showEverybody({ client, notice }: CommandContext): Promise<void> {
  for (const { name, online, since } of await client.people.list()) {
    const when = since === "" ? "" : ` since ${dayOf(since)} ${clockTime(since)}`;
    notice(`${name}: ${online ? "online" : "offline"}${when}`);
  }
}
