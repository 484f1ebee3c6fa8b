/** The command line: nodes to run, and a client of their HTTP API. */
@NullMarked
package dev.holdfast.server.cli;

import org.jspecify.annotations.NullMarked;
