/**
 * For authors of workflows and for submitters: definitions, steps, retries, submissions, handles, codecs and
 * exceptions.
 *
 * <p>What may enter: Types that user code names. Nothing of the engine, of a store or of HTTP: this package imports
 * only {@link dev.holdfast.admin}.
 *
 * <p>Where to begin: {@link dev.holdfast.Workflow} and {@link dev.holdfast.WorkflowContext} to write a workflow,
 * {@link dev.holdfast.Holdfast} to submit one.
 */
@NullMarked
package dev.holdfast;

import org.jspecify.annotations.NullMarked;
