/** Looks at a database and says what is wrong with it, or might be. Reads, and writes nothing. */
@NullMarked
package dev.holdfast.postgres.doctor;

import org.jspecify.annotations.NullMarked;
