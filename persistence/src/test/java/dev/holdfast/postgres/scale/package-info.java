/** What the statements of the store cost on a large database. For tests. */
@NullMarked
package dev.holdfast.postgres.scale;

import org.jspecify.annotations.NullMarked;
