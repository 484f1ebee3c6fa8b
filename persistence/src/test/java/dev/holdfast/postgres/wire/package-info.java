/** A proxy between a node and PostgreSQL that knows the protocol: counts, cuts, withholds, delays. For tests. */
@NullMarked
package dev.holdfast.postgres.wire;

import org.jspecify.annotations.NullMarked;
