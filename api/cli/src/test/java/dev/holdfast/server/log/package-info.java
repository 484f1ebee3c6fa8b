/** The log of a node: its lines, and what they must not contain. */
@NullMarked
package dev.holdfast.server.log;

import org.jspecify.annotations.NullMarked;
