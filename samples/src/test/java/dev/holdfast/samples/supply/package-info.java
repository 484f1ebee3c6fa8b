/** What users of Holdfast get from others. */
@NullMarked
package dev.holdfast.samples.supply;

import org.jspecify.annotations.NullMarked;
