import assert from "node:assert/strict";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import {
  configureLog,
  isLogLevel,
  LOG_FILE_BYTES,
  type LogOptions,
} from "../../../core/ground/log.ts";
import { tempDir } from "../../helpers/mod.ts";

const log = getLogger(["chat", "server"]);

async function record(options: Partial<LogOptions>, act: () => void): Promise<string[]> {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  await using _log = await configureLog({ write, level: "info", format: "text", ...options });
  act();
  return lines;
}

Deno.test("configureLog() writes a record as one line with time, level, category and properties", async () => {
  const [line] = await record(
    {},
    () => log.warn("refused {name}", { name: "amy", reason: "too fast" }),
  );
  assert.match(
    line!,
    /^\d{4}-\d\d-\d\dT[\d:.]+Z warning server: refused amy reason="too fast"\n$/,
  );
});

Deno.test("configureLog() writes what the journal reads", async () => {
  const lines = await record({ journal: true, level: "debug" }, () => {
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    log.fatal("e");
  });
  assert.deepEqual(lines, [
    "<7>server: a\n",
    "<6>server: b\n",
    "<4>server: c\n",
    "<3>server: d\n",
    "<2>server: e\n",
  ]);
});

Deno.test("configureLog() writes JSON, a record a line", async () => {
  const [line] = await record({ format: "json" }, () => log.info("joined", { room: "#a\nb" }));
  const value: unknown = JSON.parse(line!);
  assert.ok(typeof value === "object" && value !== null && "room" in value && "message" in value);
  assert.equal(value.room, "#a\nb");
  assert.equal(line!.indexOf("\n"), line!.length - 1);
});

Deno.test("configureLog() drops what is below the level", async () => {
  assert.equal((await record({ level: "warning" }, () => log.info("a"))).length, 0);
});

Deno.test("no secret reaches a log, as property or inside the message", async () => {
  for (const format of ["text", "json"] as const) {
    const lines = await record({ format }, () => {
      log.info("login {name} {password}", { name: "amy", password: "sesame" });
      log.info("private", { text: "sesame", ticket: "sesame", from: "amy" });
    });
    assert.equal(lines.length, 2);
    assert.doesNotMatch(lines.join(""), /sesame/);
    assert.match(lines.join(""), /amy/);
  }
});

Deno.test("what rooms say is logged only when asked for", async () => {
  const say = () =>
    getLogger(["chat", "messages"]).info("said", { room: "#lobby", text: "hi all" });
  assert.deepEqual(await record({ journal: true }, say), []);
  assert.deepEqual(await record({ journal: true, messages: true }, say), [
    '<6>messages: said room=#lobby text="hi all"\n',
  ]);
});

Deno.test("a stranger's text adds no line and no escape sequence to the log", async () => {
  const lines = await record(
    { journal: true },
    () => log.info("quit {why}", { why: "\n<2>\x1b[2J", ua: "a\nb" }),
  );
  assert.deepEqual(lines, ['<6>server: quit \ufffd<2>\ufffd[2J ua="a\\nb"\n']);
});

Deno.test("a log file is written, and put aside when it is full", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chat.log");
  await record({ file }, () => log.info("first"));
  assert.match(await Deno.readTextFile(file), /server: first\n$/);
  await Deno.truncate(file, LOG_FILE_BYTES);
  await record({ file }, () => log.info("second"));
  assert.match(await Deno.readTextFile(file), /^[^\n]*server: second\n$/);
  assert.equal((await Deno.stat(`${file}.1`)).size, LOG_FILE_BYTES);
});

Deno.test("isLogLevel() knows the levels", () => {
  assert.ok(isLogLevel("warning"));
  assert.ok(!isLogLevel("loud"));
});

Deno.test({
  name: "a log file on a full disk is complained about once, in one line, and the rest goes on",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using dir = await tempDir();
    const file = join(dir.path, "chat.log");
    await Deno.symlink("/dev/full", file);
    const lines = await record({ file, journal: true }, () => {
      for (let n = 0; n < 5; n++) log.info("line {n} {filler}", { n, filler: "x".repeat(50_000) });
    });
    assert.equal(lines.filter((line) => line.includes("server: line ")).length, 5);
    const complaints = lines.filter((line) => !line.includes("server: line "));
    assert.equal(complaints.length, 1);
    assert.match(
      complaints[0]!,
      /^<4>meta: .* failed for \S+: No space left on device [^\ufffd]*\n$/,
    );
  },
});
