/**
 * A hostile client: random requests to every route, and the rules for every response.
 *
 * <p>What may enter: Tests only.
 *
 * <p>Where to begin: {@code HostileRequestTest}.
 */
@NullMarked
package dev.holdfast.server.hostile;

import org.jspecify.annotations.NullMarked;
