package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.engine.execution.RegisteredWorkflow;
import java.util.Optional;

/**
 * A version of a definition that a node accepts. Immutable.
 *
 * @param code empty on a gateway: other nodes run it
 */
public record Submittable(DefinitionVersion version, Optional<RegisteredWorkflow<?, ?>> code) {}
