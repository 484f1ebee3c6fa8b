/** A PostgreSQL server of our own, from the class path: for {@code dev} and for tests, with production's durability. */
@NullMarked
package dev.holdfast.postgres.embedded;

import org.jspecify.annotations.NullMarked;
