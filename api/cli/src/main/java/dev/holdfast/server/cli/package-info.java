/**
 * The command line: its root, help, completion and messages for wrong usage.
 *
 * <p>What may enter: What is the same for all commands. A command belongs in {@code workflow}, {@code admin} or
 * {@code node}.
 *
 * <p>Where to begin: {@link dev.holdfast.server.cli.HoldfastCommand}.
 */
@NullMarked
package dev.holdfast.server.cli;

import org.jspecify.annotations.NullMarked;
