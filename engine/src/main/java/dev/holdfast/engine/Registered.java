package dev.holdfast.engine;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;

/** A definition with the code that runs it. */
record Registered<I, O>(Definition<I, O> definition, Workflow<I, O> workflow) {}
