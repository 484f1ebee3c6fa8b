/**
 * A PostgreSQL server from the class path, for {@code dev} and for tests, as durable as a production server.
 *
 * <p>What may enter: The life cycle of that server. Nothing here knows the tables.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.embedded.EmbeddedServer}.
 */
@NullMarked
package dev.holdfast.postgres.embedded;

import org.jspecify.annotations.NullMarked;
