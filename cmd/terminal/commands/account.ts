/** Commands about accounts: /register /login /logout /passwd. @module */
import { ClientError } from "../../../core/client/mod.ts";
import { adviceOnPassword } from "../../../core/identity/password.ts";
import { errorText } from "../words/problem_text.ts";
import { type CommandContext, type CommandSpec, UsageError, words } from "./command.ts";
import { SignInRefused } from "./refused_sign_in.ts";

/** Attempts a person gets to type their password. */
const SIGN_IN_TRIES = 3;

/** The commands of this file. */
export const accountCommandSpecs: readonly CommandSpec[] = [
  {
    name: "register",
    usage: "[NAME]",
    summary: "make an account and sign in to it",
    details: [
      "A name has 2 to 20 of A-Z a-z 0-9 _ - [ ] \\ ^ { } | `. The password is asked for; it is not shown.",
      "Off a terminal the password is the next line.",
    ],
    bare: true,
    run: register,
  },
  {
    name: "login",
    usage: "[NAME]",
    summary: "sign in to your account",
    details: ["The password is asked for; it is not shown. Off a terminal it is the next line."],
    bare: true,
    run: login,
  },
  {
    name: "logout",
    usage: "",
    summary: "sign out; the connection stays",
    bare: true,
    run: async ({ client }, rest) => {
      words(rest, 0, 0);
      await client.own.logout();
    },
  },
  {
    name: "passwd",
    usage: "",
    summary: "change your password",
    details: [
      "Asks for the old password, then for the new one. Off a terminal: the next two lines.",
    ],
    run: passwd,
  },
];

async function register(context: CommandContext, rest: string): Promise<void> {
  const account = await nameOf(context, rest);
  const password = await newPassword(context, `Password for the new account ${account}: `);
  await context.client.own.register({ account, password });
  const advice = adviceOnPassword(password);
  if (advice !== undefined) context.notice(advice);
}

async function login(context: CommandContext, rest: string): Promise<void> {
  await askPasswordAndSignIn(context, await nameOf(context, rest));
}

/** Asks for the password of `account` and signs in. A person may try again, a script may not. */
export async function askPasswordAndSignIn(
  context: CommandContext,
  account: string,
): Promise<void> {
  const { client, face } = context;
  for (let tries = face.interactive ? SIGN_IN_TRIES : 1;; tries--) {
    const password = await secret(context, `Password for ${account}: `);
    try {
      return await client.own.login({ account, password });
    } catch (error) {
      if (!(error instanceof ClientError && error.code === "wrong-password") || tries <= 1) {
        throw error;
      }
      face.show({ event: "error", code: error.code, text: errorText(error) });
    }
  }
}

async function passwd(context: CommandContext, rest: string): Promise<void> {
  if (rest !== "") refuse(context, rest, 2);
  const old = await secret(context, "Old password: ");
  const fresh = await newPassword(context, "New password: ");
  context.notice(await context.client.own.passwd(old, fresh) ?? "The password has been changed");
}

async function nameOf(context: CommandContext, rest: string): Promise<string> {
  const { face, user } = context;
  const [name = user, ...more] = words(rest, 0, Infinity);
  if (more.length > 0) refuse(context, more.join(" "), 1);
  if (name !== undefined) return name;
  const answer = (await face.ask("Name: "))?.trim();
  if (!answer) throw new UsageError();
  return answer;
}

/** A password on the command's own line would stay visible: it is refused, and not sent as a message later. */
function refuse({ secrets }: CommandContext, given: string, passwords: number): never {
  secrets.add(given);
  throw new SignInRefused(passwords);
}

/** A person types it twice, a script need not. */
async function newPassword(context: CommandContext, prompt: string): Promise<string> {
  const password = await secret(context, prompt);
  if (context.face.interactive && await secret(context, "Once more: ") !== password) {
    throw new UsageError("The two are not the same: nothing has changed");
  }
  return password;
}

async function secret({ face, secrets }: CommandContext, prompt: string): Promise<string> {
  const answer = await face.askSecret(prompt);
  if (answer === undefined) throw new UsageError("No password was given: nothing has changed");
  secrets.add(answer);
  return answer;
}
