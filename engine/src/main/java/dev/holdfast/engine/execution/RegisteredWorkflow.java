package dev.holdfast.engine.execution;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;

/** A definition and its code. Immutable. */
public record RegisteredWorkflow<I, O>(Definition<I, O> definition, Workflow<I, O> workflow) {}
