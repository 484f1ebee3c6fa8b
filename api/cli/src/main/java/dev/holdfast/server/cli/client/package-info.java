/**
 * The HTTP client of the commands.
 *
 * <p>What may enter: Requests to a node, retries while it is away, and what commands report of failures.
 *
 * <p>Where to begin: {@link dev.holdfast.server.cli.client.Client}.
 */
@NullMarked
package dev.holdfast.server.cli.client;

import org.jspecify.annotations.NullMarked;
