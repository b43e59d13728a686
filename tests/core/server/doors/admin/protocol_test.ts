import assert from "node:assert/strict";
import {
  AdminError,
  formatAdminAnswer,
  parseAdminAnswer,
  parseAdminRequest,
} from "../../../../../core/server/doors/admin/protocol.ts";
import { isFault } from "./administered.ts";

Deno.test("parseRequest() refuses an invalid request", () => {
  const lines: Record<string, AdminError["fault"]> = {
    "": "bad-request",
    "{": "bad-request",
    "null": "bad-request",
    '{"v":1}': "bad-request",
    '{"v":1,"command":"format-disk"}': "bad-request",
    '{"v":1,"command":"users","more":1}': "bad-request",
    '{"v":1,"command":"kick","name":"a b","reason":""}': "bad-request",
    '{"v":1,"command":"ban","kind":"planet","mask":"earth","reason":""}': "bad-request",
    '{"v":1,"command":"announce","text":"  "}': "bad-request",
    '{"v":2,"command":"users"}': "version",
  };
  for (const [line, fault] of Object.entries(lines)) {
    assert.throws(() => parseAdminRequest(line), isFault(fault), line);
  }
});

Deno.test("parseAnswer() gives what was answered, throws what was refused, trusts nothing", () => {
  assert.deepEqual(parseAdminAnswer("kick", formatAdminAnswer({ closed: 2 })), { closed: 2 });
  const refusal = formatAdminAnswer(new AdminError("not-found", "Nobody"));
  assert.throws(() => parseAdminAnswer("kick", refusal), isFault("not-found", /^Nobody$/));
  for (const line of ["", "{}", '{"v":1,"ok":true,"result":{"closed":"two"}}']) {
    assert.throws(() => parseAdminAnswer("kick", line), isFault("bad-answer"));
  }
});
