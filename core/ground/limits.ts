/**
 * Limits shared by the server, the client and all protocols.
 *
 * @module
 */

/** Most bytes in a password (UTF-8): enough for any sentence, and cheap to hash. */
export const MAX_PASSWORD_BYTES = 256;
