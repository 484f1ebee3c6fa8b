package dev.holdfast.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.spi.WorkflowKey;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A rule that an operator sets counts also for an era of which much was looked through by the former rules. */
@Timeout(60)
class ChangedRuleTest {
    @RegisterExtension
    private final OldEraFixture fixture = new OldEraFixture();

    private final WorkflowKey ended = fixture.place();

    @BeforeEach
    void accept() {
        fixture.run(fixture.accept(ended, "other"));
        fixture.end(ended);
        assertThat(fixture.isSettled()).isTrue();
    }

    private void keepForEver() {
        new RetentionRules(fixture.jdbi)
                .set(
                        new RetentionRule(Optional.of("other"), Optional.empty(), Optional.empty()),
                        ActionOptions.because("an audit"));
    }

    private void requireKept() {
        fixture.remove();
        assertThat(fixture.isThere(ended)).isTrue();
        assertThat(fixture.clear()).containsExactly(ended);
        fixture.rehome(ended);
        assertThat(fixture.clear()).isEmpty();
        fixture.remove();
        assertThat(fixture.isGone()).isTrue();
        assertThat(fixture.isThere(ended)).isTrue();
    }

    @Test
    void afterAllBucketsWereCleared() {
        assertThat(fixture.clear()).isEmpty();
        keepForEver();
        requireKept();
    }

    @Test
    void whileABucketWaits() {
        WorkflowKey open = fixture.place();
        fixture.run(fixture.accept(open, "other"));
        assertThat(fixture.clear()).containsExactly(open);
        fixture.rehome(open);
        keepForEver();
        requireKept();
    }

    @Test
    void afterTheTableWasDetached() {
        assertThat(fixture.clear()).isEmpty();
        fixture.run("alter table holdfast.workflow detach partition holdfast.workflow_1");
        keepForEver();
        assertThat(fixture.clear()).as("out of sight").isEmpty();
        requireKept();
    }

    @Test
    void notAfterTheTableIsGone() {
        assertThat(fixture.clear()).isEmpty();
        fixture.run("alter table holdfast.workflow detach partition holdfast.workflow_1");
        fixture.run("drop table holdfast.workflow_1");
        keepForEver();
        assertThat(fixture.clear()).isEmpty();
        fixture.remove();
        assertThat(fixture.isGone()).isTrue();
    }
}
