package dev.holdfast.testing;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.opentest4j.AssertionFailedError;

/** The steps of one test that were stubbed, that ran, and whose stub was used. Safe for all threads. */
final class StubUse {
    private final Set<String> stubbed = new TreeSet<>();
    private final Set<String> ran = new TreeSet<>();
    private final Set<String> used = new TreeSet<>();

    synchronized void stubbed(String step) {
        stubbed.add(step);
    }

    synchronized void ran(String step, boolean byStub) {
        ran.add(step);
        if (byStub) {
            used.add(step);
        }
    }

    /** Fails if a stub was never used. */
    synchronized void requireAllUsed() {
        Set<String> unused = new TreeSet<>(stubbed);
        unused.removeAll(used);
        if (!unused.isEmpty()) {
            throw new AssertionFailedError("stubbed, but never run: " + names(unused) + "; steps that ran: "
                    + names(ran) + ". Correct the name, remove the stub, or allow unused stubs by Kit.lenient().");
        }
    }

    private static String names(Set<String> steps) {
        return steps.isEmpty()
                ? "none"
                : steps.stream().map(step -> '"' + step + '"').collect(Collectors.joining(", "));
    }
}
