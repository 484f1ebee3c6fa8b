/**
 * Commands that run a node or work on its database: dev, serve, migrate, doctor.
 *
 * <p>What may enter: One class per command and what only they need.
 *
 * <p>Where to begin: {@link dev.holdfast.server.cli.node.ServeCommand}.
 */
@NullMarked
package dev.holdfast.server.cli.node;

import org.jspecify.annotations.NullMarked;
