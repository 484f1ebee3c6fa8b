/**
 * The audit log: entries for requests and decisions, and their pages.
 *
 * <p>What may enter: {@code holdfast.audit}. Rows are only ever added.
 *
 * <p>Where to begin: {@link dev.holdfast.postgres.audit.AuditTrail}.
 */
@NullMarked
package dev.holdfast.postgres.audit;

import org.jspecify.annotations.NullMarked;
