/** What a node says, and what it must not say. */
@NullMarked
package dev.holdfast.server.log;

import org.jspecify.annotations.NullMarked;
