import assert from "node:assert/strict";
import { holdsSecret } from "../../../../cmd/terminal/commands/secret_line.ts";

Deno.test("holdsSecret() knows the lines a password is typed into", () => {
  const secret = [
    "/login bob hunter2",
    "login bob hunter2",
    " /Register bob hunter2 hunter2",
    "/passwd hunter2",
    "/msg NickServ IDENTIFY bob hunter2",
    "ns identify hunter2",
    "/logn bob hunter2",
    "~:login bob hunter2:",
    "/password old",
  ];
  const plain = [
    "/login bob",
    "/register bob",
    "/passwd",
    "login",
    "/msg bob hi there",
    "hi",
    "/join #a b",
  ];
  assert.deepEqual(secret.filter((line) => !holdsSecret(line)), []);
  assert.deepEqual(plain.filter(holdsSecret), []);
});
