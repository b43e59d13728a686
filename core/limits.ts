/**
 * Limits that both wings and every door keep.
 *
 * @module
 */

/** Most bytes in a password (UTF-8): enough for any sentence, too few to make hashing it a burden. */
export const MAX_PASSWORD_BYTES = 256;
