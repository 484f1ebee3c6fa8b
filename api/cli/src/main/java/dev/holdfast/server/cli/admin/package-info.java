/**
 * Commands for operators: dead letters, audit, keys, retention, nodes, definitions, health.
 *
 * <p>What may enter: One class per command and what only they need.
 *
 * <p>Where to begin: {@link dev.holdfast.server.cli.admin.DeadLettersCommand}.
 */
@NullMarked
package dev.holdfast.server.cli.admin;

import org.jspecify.annotations.NullMarked;
