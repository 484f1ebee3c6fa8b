package dev.holdfast.engine.dispatch;

import dev.holdfast.Definition;
import dev.holdfast.UnknownDefinitionException;
import dev.holdfast.Workflow;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.engine.execution.RegisteredWorkflow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The registered definitions, by name and version. Filled before the engine starts, then read by all threads. */
public final class Definitions {
    private final Map<String, TreeMap<Integer, RegisteredWorkflow<?, ?>>> byName = new TreeMap<>();

    public <I, O> void add(Definition<I, O> definition, Workflow<I, O> workflow) {
        var versions = byName.computeIfAbsent(definition.name(), name -> new TreeMap<>());
        if (versions.putIfAbsent(definition.version(), new RegisteredWorkflow<>(definition, workflow)) != null) {
            throw new IllegalArgumentException("definition " + definition.name() + " version " + definition.version()
                    + " is registered twice: give the new code a new version");
        }
    }

    Optional<RegisteredWorkflow<?, ?>> find(String name, int version) {
        return Optional.ofNullable(byName.getOrDefault(name, new TreeMap<>()).get(version));
    }

    /** The newest version. Throws {@link UnknownDefinitionException}. */
    public RegisteredWorkflow<?, ?> newest(String name) {
        return versions(name).lastEntry().getValue();
    }

    /** This version. Throws {@link UnknownDefinitionException}. */
    public RegisteredWorkflow<?, ?> require(String name, int version) {
        NavigableMap<Integer, RegisteredWorkflow<?, ?>> versions = versions(name);
        RegisteredWorkflow<?, ?> found = versions.get(version);
        if (found == null) {
            throw new UnknownDefinitionException(
                    name + "\" version \"" + version,
                    versions.keySet().stream().map(v -> name + " version " + v).toList());
        }
        return found;
    }

    private NavigableMap<Integer, RegisteredWorkflow<?, ?>> versions(String name) {
        NavigableMap<Integer, RegisteredWorkflow<?, ?>> versions = byName.get(name);
        if (versions == null) {
            throw new UnknownDefinitionException(name, byName.keySet());
        }
        return versions;
    }

    /** The version of this definition. */
    public static DefinitionVersion versionOf(Definition<?, ?> definition) {
        return new DefinitionVersion(definition.name(), definition.version());
    }

    /** Without definitions a node is a gateway. */
    public boolean isEmpty() {
        return byName.isEmpty();
    }

    /** By name and version. */
    public List<DefinitionVersion> versions() {
        return all().stream().<DefinitionVersion>map(Definitions::versionOf).toList();
    }

    public Collection<Definition<?, ?>> all() {
        return byName.values().stream()
                .flatMap(versions -> versions.values().stream())
                .<Definition<?, ?>>map(RegisteredWorkflow::definition)
                .toList();
    }
}
