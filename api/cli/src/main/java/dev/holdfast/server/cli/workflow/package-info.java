/**
 * Commands about workflows: submit, list, show, history, watch, result, cancel and so on.
 *
 * <p>What may enter: One class per command and what only they need.
 *
 * <p>Where to begin: {@link dev.holdfast.server.cli.workflow.SubmitCommand}.
 */
@NullMarked
package dev.holdfast.server.cli.workflow;

import org.jspecify.annotations.NullMarked;
