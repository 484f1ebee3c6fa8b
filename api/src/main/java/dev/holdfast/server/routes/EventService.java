package dev.holdfast.server.routes;

import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.auth.Authentication;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.events.EventStreams;
import dev.holdfast.server.events.PublishedView;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code /v1/workflows/{id}/published} and {@code /events}: what a workflow shows to the outside. */
public final class EventService implements HttpService {
    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,10}");

    private final RunningEngine engine;
    private final VisibleWorkflows visible;
    private final EventStreams streams;
    private final ApiKeyCache keys;

    public EventService(RunningEngine engine, EventStreams streams, ApiKeyCache keys) {
        this.engine = engine;
        this.visible = new VisibleWorkflows(engine);
        this.streams = streams;
        this.keys = keys;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(WorkflowView.PATH + "/{name}/published")
                .get(Role.VIEWER, this::published)
                .register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}/events")
                .get(Role.VIEWER, this::events)
                .register(rules);
    }

    /** Checks the id and the scopes; returns the id. */
    private String workflow(ServerRequest request) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        String id = RequestValues.workflowId(request.path().pathParameters().get("name"));
        visible.requireScope(request, id);
        return id;
    }

    private void published(ServerRequest request, ServerResponse response) {
        String id = workflow(request);
        List<PublishedView> items =
                VisibleWorkflows.orUnknown(id, () -> engine.require().admin().published(id)).stream()
                        .map(PublishedView::of)
                        .toList();
        Responses.ok(request, response, Map.of("items", items));
    }

    private void events(ServerRequest request, ServerResponse response) {
        String id = workflow(request);
        OptionalInt after = lastEventId(request);
        if (request.prologue().method().equals(Method.HEAD)) {
            visible.require(request, id);
            Responses.eventStreamHead(request, response);
            return;
        }
        VisibleWorkflows.orUnknown(id, () -> {
            streams.send(
                    engine.require(),
                    id,
                    after,
                    () -> Authentication.isStillValid(keys, request),
                    () -> Responses.eventStream(request, response));
            return id;
        });
    }

    private static OptionalInt lastEventId(ServerRequest request) {
        List<String> sent = request.headers().all(LAST_EVENT_ID, List::of);
        if (sent.isEmpty()) {
            return OptionalInt.empty();
        }
        String text = sent.size() == 1 ? sent.getFirst() : String.join(", ", sent);
        if (!DIGITS.matcher(text).matches()) {
            throw RequestValues.invalid(
                    "Last-Event-ID",
                    "\"" + RequestValues.abbreviated(text) + "\": expected the id of an event, a whole number");
        }
        return OptionalInt.of((int) Math.min(Integer.MAX_VALUE, Long.parseLong(text)));
    }
}
