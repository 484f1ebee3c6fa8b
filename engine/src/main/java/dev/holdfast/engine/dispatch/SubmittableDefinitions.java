package dev.holdfast.engine.dispatch;

import dev.holdfast.UnknownDefinitionException;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.engine.execution.RegisteredWorkflow;
import dev.holdfast.spi.Announcement;
import dev.holdfast.spi.Store;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The definitions that this node accepts: those that are registered here, or on a gateway those that other nodes
 * announce. What only nodes announced that have ended lately counts too, so that nothing is refused while they are
 * started again. Announcements are read once a second at most. Safe for all threads.
 */
public final class SubmittableDefinitions {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Definitions registered;
    private final Store store;
    private List<Announcement> announced = List.of();
    private long readAtNanos = System.nanoTime() - FRESH.toNanos();

    public SubmittableDefinitions(Definitions registered, Store store) {
        this.registered = registered;
        this.store = store;
    }

    /** Returns the newest version. Throws {@link UnknownDefinitionException}. */
    public Submittable newest(String name) {
        if (registered.isEmpty()) {
            return announced(version -> version.definition().equals(name), name);
        }
        RegisteredWorkflow<?, ?> code = registered.newest(name);
        return here(Definitions.versionOf(code.definition()), code);
    }

    /** Returns this version. Throws {@link UnknownDefinitionException}. */
    public Submittable require(DefinitionVersion version) {
        return registered.isEmpty()
                ? announced(version::equals, version.text())
                : here(version, registered.require(version.definition(), version.version()));
    }

    private static Submittable here(DefinitionVersion version, RegisteredWorkflow<?, ?> code) {
        return new Submittable(version, Optional.of(code));
    }

    private Submittable announced(Predicate<DefinitionVersion> wanted, String name) {
        List<Announcement> all = announcements();
        return all.stream()
                .filter(one -> wanted.test(one.version()))
                .max(Comparator.comparing(Announcement::living).thenComparing(Announcement::version))
                .map(one -> new Submittable(one.version(), Optional.empty()))
                .orElseThrow(() -> UnknownDefinitionException.announced(
                        name,
                        all.stream().map(one -> one.version().text()).sorted().toList()));
    }

    private synchronized List<Announcement> announcements() {
        if (System.nanoTime() - readAtNanos >= FRESH.toNanos()) {
            announced = store.announcements();
            readAtNanos = System.nanoTime();
        }
        return announced;
    }

    /** Lists what this node accepts, by name and version; of a gateway without what only ended nodes announced. */
    public List<DefinitionVersion> all() {
        return registered.isEmpty()
                ? announcements().stream()
                        .filter(Announcement::living)
                        .map(Announcement::version)
                        .sorted()
                        .toList()
                : registered.versions();
    }
}
