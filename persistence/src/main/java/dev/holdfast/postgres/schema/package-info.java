/**
 * Creates and upgrades the schema, reads the settings that are fixed for a database, and adopts restored copies.
 *
 * <p>What may enter: Migrations, their locks, {@code holdfast.settings}. No statement on workflows.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.schema.Migrations}.
 */
@NullMarked
package dev.holdfast.postgres.schema;

import org.jspecify.annotations.NullMarked;
