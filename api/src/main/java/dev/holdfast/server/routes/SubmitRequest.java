package dev.holdfast.server.routes;

import dev.holdfast.Submission;
import dev.holdfast.Submitter;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.http.IdempotencyKeyHeader;
import dev.holdfast.server.http.PreferHeader;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestId;
import dev.holdfast.server.http.RequestValues;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A parsed submission without its input; every part is checked before the body is read. Immutable. */
record SubmitRequest(String type, Optional<Integer> version, Submission submission, Optional<Duration> waitUpTo) {
    private static final Set<String> KNOWN = Set.of("id", "version", "deadline", "delay", "label.");
    private static final Set<String> NOT_BUILT = Set.of("queue", "priority");

    static SubmitRequest of(ServerRequest request, String type, Duration waitMax) {
        Query query = Query.parse(request.query().rawValue(), KNOWN, NOT_BUILT);
        requireName(type);
        return new SubmitRequest(
                type,
                query.text("version").map(text -> RequestValues.number("version", text, 1, Integer.MAX_VALUE)),
                timed(
                        labelled(identified(IdempotencyKeyHeader.of(request), query.text("id")), query.labels())
                                .by(submitter(request)),
                        query.text("deadline"),
                        query.text("delay")),
                PreferHeader.wait(request.headers(), waitMax));
    }

    private static Submitter submitter(ServerRequest request) {
        Caller caller = Caller.of(request);
        return Submitter.named(caller.name())
                .role(caller.role().name())
                .requestId(RequestId.of(request).text());
    }

    /** Whether the submission may join an existing workflow. */
    boolean joins() {
        return submission.key().isPresent() || submission.id().isPresent();
    }

    /** Reports a name that no definition can have as UNKNOWN_DEFINITION, like one that is not registered. */
    private static void requireName(String type) {
        try {
            RequestValues.definitionName(type);
        } catch (ProblemException e) {
            throw new ProblemException(
                    new Problem(ProblemCode.UNKNOWN_DEFINITION, e.problem().detail()));
        }
    }

    private static Submission identified(Optional<String> key, Optional<String> id) {
        if (key.isPresent() && id.isPresent()) {
            throw RequestValues.invalid(
                    "id", "the request also has an " + IdempotencyKeyHeader.NAME + ": expected only one of them");
        }
        return key.map(text -> RequestValues.checked(IdempotencyKeyHeader.NAME, () -> Submission.key(text)))
                .or(() -> id.map(text -> RequestValues.checked("id", () -> Submission.id(text))))
                .orElse(Submission.plain());
    }

    private static Submission timed(Submission submission, Optional<String> deadline, Optional<String> delay) {
        Submission limited = deadline.map(text ->
                        RequestValues.durationOrTime("deadline", text, submission::deadline, submission::deadline))
                .orElse(submission);
        return delay.map(text -> RequestValues.durationOrTime("delay", text, limited::after, limited::at))
                .orElse(limited);
    }

    private static Submission labelled(Submission submission, Map<String, String> labels) {
        Submission labelled = submission;
        for (var label : labels.entrySet()) {
            Submission before = labelled;
            labelled = RequestValues.checked(
                    "label." + RequestValues.abbreviated(label.getKey()),
                    () -> before.label(label.getKey(), label.getValue()));
        }
        return labelled;
    }
}
