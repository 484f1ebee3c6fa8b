/**
 * For operators: workflows and their histories, dead letters, the audit log, retention, nodes, health checks.
 *
 * <p>What may enter: Immutable data and the {@link dev.holdfast.admin.Admin} interface. The lowest package: it imports
 * no other of this project.
 *
 * <p>Where to begin: {@link dev.holdfast.admin.Admin}, which users get from {@code holdfast.admin()}.
 */
@NullMarked
package dev.holdfast.admin;

import org.jspecify.annotations.NullMarked;
