/**
 * Helpers below every statement: JDBI set-up, parameter binding, JSON columns, workflow keys, commits, outages.
 *
 * <p>What may enter: Code that any statement may need and that knows no table of its own.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.jdbc.JdbiFactory}, {@link dev.holdfast.postgres.jdbc.Binder}.
 */
@NullMarked
package dev.holdfast.postgres.jdbc;

import org.jspecify.annotations.NullMarked;
