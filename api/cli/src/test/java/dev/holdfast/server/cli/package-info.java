@NullMarked
package dev.holdfast.server.cli;

import org.jspecify.annotations.NullMarked;
