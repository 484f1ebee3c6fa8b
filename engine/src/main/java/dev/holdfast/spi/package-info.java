/**
 * The storage port: what the engine asks of a store. Implemented by the PostgreSQL store and by the in-memory store;
 * nobody else calls it.
 */
@NullMarked
package dev.holdfast.spi;

import org.jspecify.annotations.NullMarked;
