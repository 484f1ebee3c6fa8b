/**
 * API keys in the database.
 *
 * <p>What may enter: {@code holdfast.api_key}. The server decides what a role may do.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.keys.ApiKeys}.
 */
@NullMarked
package dev.holdfast.postgres.keys;

import org.jspecify.annotations.NullMarked;
