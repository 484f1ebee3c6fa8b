package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.HoldfastException;
import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.TooLargeException;
import dev.holdfast.WorkflowCancelledException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of problems, for exceptions that the memory store never throws. */
class ProblemsTest {
    private static JsonNode json(Problem problem) {
        return JsonMapper.shared().readTree(problem.json(Optional.of("/v1/workflows")));
    }

    private static void assertProblem(Throwable thrown, int status, String code, boolean retryable) {
        JsonNode json = json(Problems.of(thrown));
        assertThat(json.path("status").asInt()).isEqualTo(status);
        assertThat(json.path("code").asString()).isEqualTo(code);
        assertThat(json.path("retryable").asBoolean()).isEqualTo(retryable);
    }

    @ParameterizedTest
    @EnumSource
    void everyCodeIsAWholeProblem(ProblemCode code) {
        JsonNode json = json(new Problem(code, "what happened"));

        assertThat(json.propertyNames())
                .containsExactly("type", "title", "status", "detail", "instance", "code", "retryable", "why", "fix");
        assertThat(json.path("type").asString()).matches("urn:holdfast:problem:[a-z0-9-]+");
        assertThat(json.path("title").asString()).matches("[A-Z][a-z0-9 ]+");
        assertThat(json.path("why").asString()).endsWith(".");
        assertThat(json.path("fix").asString()).endsWith(".");
    }

    @Test
    void whatCameInIsRepeatedOnlyAsFarAsItCanBeShown() {
        Problem problem = new Problem(ProblemCode.INVALID_INPUT, "x".repeat(70_000)).field("y".repeat(70_000));
        assertThat(json(problem).path("detail").asString()).hasSize(1_000).endsWith("…");
        assertThat(json(problem).path("field").asString()).hasSize(200).endsWith("…");

        Problem half = new Problem(ProblemCode.INVALID_INPUT, "a \ud83d").field("\ud83d");
        assertThat(json(half).path("detail").asString()).isEqualTo("a \ufffd");
        assertThat(json(half).path("field").asString()).isEqualTo("\ufffd");
    }

    @Test
    void conflictsHaveTheirOwnCodes() {
        var conflict = SubmissionConflictException.ofInput("idempotency key \"a\"", "h1");
        assertProblem(conflict, 409, "KEY_CONFLICT", false);
        assertThat(json(Problems.idConflict(conflict)).path("code").asString()).isEqualTo("ID_CONFLICT");
        assertProblem(new SubmissionHeldException("idempotency key \"a\""), 409, "SUBMISSION_HELD", true);
        assertProblem(new WorkflowCancelledException("a"), 409, "WORKFLOW_CANCELLED", false);
    }

    @Test
    void retryableProblemsHaveRetryAfter() {
        var overloaded = new OverloadedException("60000 entries wait", Duration.ofMillis(2_500));
        assertProblem(overloaded, 429, "OVERLOADED", true);
        assertThat(Problems.of(overloaded).headers()).containsEntry("Retry-After", "3");

        var away = new StoreUnavailableException("no answer", null);
        assertProblem(away, 503, "DATABASE_UNAVAILABLE", true);
        assertThat(json(Problems.of(away)).has("workflowId")).isFalse();
        assertThat(Problems.of(away).headers()).containsEntry("Retry-After", "1");
    }

    @Test
    void payloadsOverTheLimitOfTheEngineAreTooLarge() {
        assertProblem(new TooLargeException("the input", 2, 1), 413, "TOO_LARGE", false);
    }

    @Test
    void unexpectedErrorsRevealNoInternals() {
        for (Throwable thrown : new Throwable[] {
            new IllegalStateException("secret"), new HoldfastException("secret"), new StackOverflowError("secret")
        }) {
            assertProblem(thrown, 500, "INTERNAL_ERROR", true);
            assertThat(json(Problems.of(thrown)).toString()).doesNotContain("secret");
        }
    }
}
