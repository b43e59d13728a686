/** What a running server may do no more. @module */

/** Gives up the right to start other programs, which the one executable has for its client: a server starts none. */
export function giveUpPrograms(): void {
  Deno.permissions.revokeSync({ name: "run" });
}
