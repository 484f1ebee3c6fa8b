@NullMarked
package dev.holdfast.postgres.connect;

import org.jspecify.annotations.NullMarked;
