/**
 * API keys in the database.
 *
 * <p>What may enter: {@code holdfast.api_key}. What a role may do is for the server to say.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.keys.ApiKeys}.
 */
@NullMarked
package dev.holdfast.postgres.keys;

import org.jspecify.annotations.NullMarked;
