/**
 * Protocols that are agreed on by ALPN (RFC 7301) and are ours.
 *
 * @module
 */

/** The meeting point at a server of two clients that cannot reach each other. */
export const RELAY_ALPN = "chat-relay/1";
