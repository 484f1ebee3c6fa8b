package dev.holdfast.server.routes;

import dev.holdfast.Submission;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestValues;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Parses the filters of a workflow list. Stateless. */
final class ListRequest {
    private static final int LIMIT = 50;
    private static final Set<String> KNOWN =
            Set.of("type", "status", "label.", "waiting-for", "parent", "after", "before", "limit", "cursor");
    private static final Set<String> NOT_BUILT = Set.of("queue", "step", "version");

    private ListRequest() {}

    static WorkflowFilter of(ServerRequest request) {
        Query query = Query.parse(request.query().rawValue(), KNOWN, NOT_BUILT);
        return new FilterOf<>(WorkflowFilter.newest(limit(query)))
                .with(query.text("type").map(RequestValues::definitionName), WorkflowFilter::type)
                .with(query.text("status").map(ListRequest::statuses), WorkflowFilter::statuses)
                .withAll(checked(query.labels()), WorkflowFilter::label)
                .with(query.text("waiting-for").map(ListRequest::wait), WorkflowFilter::waitingFor)
                .with(query.text("parent").map(ListRequest::parent), WorkflowFilter::parent)
                .with(query.text("after").map(text -> RequestValues.time("after", text)), WorkflowFilter::after)
                .with(query.text("before").map(text -> RequestValues.time("before", text)), WorkflowFilter::before)
                .with(query.text("cursor").map(RequestValues::cursor), WorkflowFilter::from)
                .filter();
    }

    /** The {@code limit} parameter: 1 to 500, by default 50. */
    static int limit(Query query) {
        return query.text("limit")
                .map(text -> RequestValues.number("limit", text, 1, WorkflowFilter.LIMIT_MAX))
                .orElse(LIMIT);
    }

    private static String wait(String text) {
        RequestValues.checked("waiting-for", () -> WorkflowFilter.newest(LIMIT).waitingFor(text));
        return text;
    }

    private static String parent(String id) {
        RequestValues.checked("parent", () -> Submission.id(id));
        return id;
    }

    private static WorkflowStatus[] statuses(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(ListRequest::status)
                .distinct()
                .toArray(WorkflowStatus[]::new);
    }

    private static WorkflowStatus status(String name) {
        return Arrays.stream(WorkflowStatus.values())
                .filter(status -> status.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> RequestValues.invalid(
                        "status",
                        "\"" + RequestValues.abbreviated(name) + "\": expected one or more, separated by commas, of "
                                + Arrays.toString(WorkflowStatus.values())));
    }

    private static Map<String, String> checked(Map<String, String> labels) {
        labels.forEach((name, value) -> RequestValues.checked(
                "label." + RequestValues.abbreviated(name),
                () -> Submission.plain().label(name, value)));
        return labels;
    }
}
