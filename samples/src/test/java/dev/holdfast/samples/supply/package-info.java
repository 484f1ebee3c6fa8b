/** The supply chain: dependencies, licences, reproducible builds. */
@NullMarked
package dev.holdfast.samples.supply;

import org.jspecify.annotations.NullMarked;
