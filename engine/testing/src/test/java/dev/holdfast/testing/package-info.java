/** Tests of the test kit. */
@NullMarked
package dev.holdfast.testing;

import org.jspecify.annotations.NullMarked;
