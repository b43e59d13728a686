/** Commands about accounts: /register /login /logout /passwd. @module */
import { adviceOnPassword } from "../../core/identity/password.ts";
import { type CommandContext, type CommandSpec, UsageError, words } from "./command.ts";

/** The commands of this file. */
export const accountCommands: readonly CommandSpec[] = [
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
      await client.logout();
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
  const password = await secret(context, `Password for the new account ${account}: `);
  await context.client.register({ account, password });
  const advice = adviceOnPassword(password);
  if (advice !== undefined) context.notice(advice);
}

async function login(context: CommandContext, rest: string): Promise<void> {
  await signIn(context, await nameOf(context, rest));
}

/** Asks for the password of `account` and signs in. */
export async function signIn(context: CommandContext, account: string): Promise<void> {
  const password = await secret(context, `Password for ${account}: `);
  await context.client.login({ account, password });
}

async function passwd(context: CommandContext, rest: string): Promise<void> {
  words(rest, 0, 0);
  const old = await secret(context, "Old password: ");
  const fresh = await newPassword(context);
  context.notice(await context.client.passwd(old, fresh));
}

async function nameOf({ face, user }: CommandContext, rest: string): Promise<string> {
  const [name = user] = words(rest, 0, 1); // a password on this line would stay in sight
  if (name !== undefined) return name;
  const answer = (await face.ask("Name: "))?.trim();
  if (!answer) throw new UsageError();
  return answer;
}

/** A person types it twice, a script need not. */
async function newPassword(context: CommandContext): Promise<string> {
  const password = await secret(context, "New password: ");
  if (context.face.interactive && await secret(context, "Once more: ") !== password) {
    throw new UsageError("The two are not the same: nothing has changed");
  }
  return password;
}

async function secret({ face }: CommandContext, prompt: string): Promise<string> {
  const answer = await face.askSecret(prompt);
  if (answer === undefined) throw new UsageError("No password was given: nothing has changed");
  return answer;
}
