/** Permissions that a server does not need. @module */

/** Revokes the permission to run other programs, which the executable has for its client only. */
export function revokeRunPermission(): void {
  Deno.permissions.revokeSync({ name: "run" });
}
