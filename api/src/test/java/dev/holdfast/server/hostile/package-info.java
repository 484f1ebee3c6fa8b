/**
 * A hostile client: random requests against every route, and what must hold of every answer.
 *
 * <p>What may enter: Tests only.
 *
 * <p>Where to begin: {@code HostileRequestTest}.
 */
@NullMarked
package dev.holdfast.server.hostile;

import org.jspecify.annotations.NullMarked;
