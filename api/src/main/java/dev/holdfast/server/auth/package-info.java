/**
 * Authentication and authorisation: API keys, roles, scopes, and the record of rejected requests.
 *
 * <p>What may enter: Code that decides whether a request may pass.
 *
 * <p>Where to begin: {@link dev.holdfast.server.auth.Authentication}.
 */
@NullMarked
package dev.holdfast.server.auth;

import org.jspecify.annotations.NullMarked;
