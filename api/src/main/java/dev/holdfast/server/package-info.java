/** One node as a process: HTTP in front of an engine. The only place that knows both. */
@NullMarked
package dev.holdfast.server;

import org.jspecify.annotations.NullMarked;
