/** What users write against: definitions, workflows, steps, submissions, and the errors they meet. */
@NullMarked
package dev.holdfast;

import org.jspecify.annotations.NullMarked;
