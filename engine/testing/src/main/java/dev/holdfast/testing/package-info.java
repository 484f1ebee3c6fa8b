/**
 * The test kit: runs workflows in memory, on a virtual time, and kills their node at any record.
 *
 * <p>What may enter: Code that only tests need. It imports JUnit, the memory store and the parts of the engine that it
 * replaces; nothing imports it.
 *
 * <p>Where to begin: {@link dev.holdfast.testing.Kit}.
 */
@NullMarked
package dev.holdfast.testing;

import org.jspecify.annotations.NullMarked;
