package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.admin.WorkflowFilter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A stub that no step has used fails its test; each test begins with what the field says. */
@Timeout(60)
final class StrictStubsTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);

    private static Kit newKit() {
        return Kit.with(WORK, (ctx, in) -> ctx.step("ask", String.class, step -> in));
    }

    /** Run by the tests below, not by the build. */
    static final class Mistyped {
        @RegisterExtension
        final Kit kit = newKit().stub("aks", "answer");

        @Test
        void runs() {
            kit.result(kit.submit(WORK, "in"));
        }
    }

    /** The same, and allowed. */
    static final class Lenient {
        @RegisterExtension
        final Kit kit = newKit().stub("aks", "answer").lenient();

        @Test
        void runs() {
            kit.result(kit.submit(WORK, "in"));
        }
    }

    /** A test that fails by itself is not told of its stubs. */
    static final class Failing {
        @RegisterExtension
        final Kit kit = newKit().stub("aks", "answer");

        @Test
        void runs() {
            assertThat(kit.result(kit.submit(WORK, "in"))).isEqualTo("its own failure");
        }
    }

    /** Stubs of one test are not those of the next one, also if both share the kit. */
    static final class Shared {
        @RegisterExtension
        static final Kit KIT = newKit();

        @Test
        void first() {
            KIT.stub("ask", "first");
            assertThat(KIT.result(KIT.submit(WORK, "in"))).isEqualTo("first");
        }

        @Test
        void second() {
            assertThat(KIT.result(KIT.submit(WORK, "in"))).isEqualTo("in");
            assertThat(KIT.holdfast().admin().list(WorkflowFilter.newest(9)).items())
                    .hasSize(1);
        }
    }

    private static List<String> failures(Class<?> fixture) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(fixture))
                                .build(),
                        listener);
        assertThat(listener.getSummary().getTestsFoundCount()).isPositive();
        return listener.getSummary().getFailures().stream()
                .map(TestExecutionSummary.Failure::getException)
                .map(String::valueOf)
                .toList();
    }

    @Test
    void anUnusedStubFailsItsTestWithTheStepsThatRan() {
        assertThat(failures(Mistyped.class))
                .singleElement()
                .asString()
                .contains("stubbed, but never run: \"aks\"; steps that ran: \"ask\"");
    }

    @Test
    void unusedStubsCanBeAllowed() {
        assertThat(failures(Lenient.class)).isEmpty();
    }

    @Test
    void aFailureOfTheTestComesAlone() {
        assertThat(failures(Failing.class))
                .singleElement()
                .asString()
                .contains("its own failure")
                .doesNotContain("aks");
    }

    @Test
    void eachTestBeginsWithAnEmptyDatabaseAndTheStubsOfTheField() {
        assertThat(failures(Shared.class)).isEmpty();
    }
}
