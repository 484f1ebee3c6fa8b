/** The log of a process: lines for people or for programs. */
@NullMarked
package dev.holdfast.server.log;

import org.jspecify.annotations.NullMarked;
