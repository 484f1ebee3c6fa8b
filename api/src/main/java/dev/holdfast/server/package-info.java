/**
 * Composition of a node with its HTTP server.
 *
 * <p>What may enter: What wires settings, store, engine, routes and telemetry into a process.
 *
 * <p>Where to begin: {@link dev.holdfast.server.Node}, {@link dev.holdfast.server.Server}.
 */
@NullMarked
package dev.holdfast.server;

import org.jspecify.annotations.NullMarked;
