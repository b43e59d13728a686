/**
 * ALPN protocol names of this project (RFC 7301).
 *
 * @module
 */

/** The relay: the server joins two clients that cannot reach each other. */
export const RELAY_ALPN = "chat-relay/1";
