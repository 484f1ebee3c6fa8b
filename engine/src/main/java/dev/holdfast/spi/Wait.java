package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowSummary.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The reason for which an unloaded workflow waits. Stored with the unloading as {@code kind:name}, and shown as
 * {@code waitingFor}. Immutable.
 */
public sealed interface Wait {
    /** The kind as stored and shown; never change it. */
    String kind();

    /** The name within the kind, such as that of a signal; empty if the kind needs none. */
    String name();

    /** The next attempt of a step. */
    record Retry(String step) implements Wait {
        @Override
        public String kind() {
            return "retry";
        }

        @Override
        public String name() {
            return step;
        }
    }

    /** A time. */
    record Timer() implements Wait {
        @Override
        public String kind() {
            return "timer";
        }

        @Override
        public String name() {
            return "";
        }
    }

    /** A signal of this name. */
    record Signal(String name) implements Wait {
        /** A signal of any name. */
        public static final Signal ANY = new Signal("");

        @Override
        public String kind() {
            return "signal";
        }
    }

    /** The end of a child. */
    record Child(String definition) implements Wait {
        /** The end of any child. */
        public static final Child ANY = new Child("");

        @Override
        public String kind() {
            return "child";
        }

        @Override
        public String name() {
            return definition;
        }
    }

    /** What a signal of this name wakes. */
    static Wait forSignal(String name) {
        return HistoryEvent.ChildStarted.isEnd(name) ? Child.ANY : new Signal(name);
    }

    /** A version of a definition that is not registered on the owner. */
    record Version(String definition, int version) implements Wait {
        /** The kind as stored. */
        public static final String KIND = "version";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public String name() {
            return definition + "/" + version;
        }
    }

    /** Whether only a message ends it, so that it must be stored. */
    default boolean needsMessage() {
        return this instanceof Signal || this instanceof Child;
    }

    /** What stands for it if a workflow has more waits than are stored. */
    default Wait ofMany() {
        return switch (this) {
            case Signal signal -> Signal.ANY;
            case Child child -> Child.ANY;
            case Retry retry -> retry;
            case Timer timer -> timer;
            case Version version -> version;
        };
    }

    /** What users read of stored waits: those that stand for any of a kind only if nothing else of the kind does. */
    static List<Waiting> shown(List<String> texts, Optional<Instant> until) {
        return texts.stream()
                .filter(text -> !isAny(text)
                        || texts.stream().noneMatch(other -> other.startsWith(text) && other.length() > text.length()))
                .map(text -> {
                    int colon = text.indexOf(':');
                    return new Waiting(text.substring(0, colon), text.substring(colon + 1), until);
                })
                .toList();
    }

    private static boolean isAny(String text) {
        return text.equals(Signal.ANY.text()) || text.equals(Child.ANY.text());
    }

    /** The form that is stored. */
    default String text() {
        return kind() + ":" + name();
    }
}
