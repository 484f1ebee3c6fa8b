/** The in-memory store, for tests of workflows and of the engine itself. Nothing in it is durable. */
@NullMarked
package dev.holdfast.testing;

import org.jspecify.annotations.NullMarked;
