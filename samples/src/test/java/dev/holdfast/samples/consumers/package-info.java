/** Applications that use the artifacts of this build, and the page that shows them. */
@NullMarked
package dev.holdfast.samples.consumers;

import org.jspecify.annotations.NullMarked;
