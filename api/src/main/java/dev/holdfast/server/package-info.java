/**
 * The HTTP server of an engine, in an application or in a node of the command line.
 *
 * <p>What may enter: What wires settings, store, engine, routes and telemetry into a process.
 *
 * <p>Where to begin: {@link dev.holdfast.server.HoldfastServer}, {@link dev.holdfast.server.Node}.
 */
@NullMarked
package dev.holdfast.server;

import org.jspecify.annotations.NullMarked;
