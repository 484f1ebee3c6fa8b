package dev.holdfast.server.routes;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Paths;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.Problems;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code /v1/dead-letters}: list, show, retry, discard. */
public final class DeadLetterService implements HttpService {
    private static final Set<String> FILTERS = Set.of("type", "cause", "step", "limit", "cursor");

    private final RunningEngine engine;
    private final ActionResponses decisions;

    public DeadLetterService(RunningEngine engine, ActionResponses decisions) {
        this.engine = engine;
        this.decisions = decisions;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(Paths.DEAD_LETTERS).get(Role.VIEWER, this::list).register(rules);
        Endpoint.at(Paths.DEAD_LETTERS + "/{id}").get(Role.VIEWER, this::show).register(rules);
        Endpoint.at(Paths.DEAD_LETTERS + "/{id}/retry")
                .post(Role.OPERATOR, this::retry)
                .register(rules);
        Endpoint.at(Paths.DEAD_LETTERS + "/{id}/discard")
                .post(Role.OPERATOR, this::discard)
                .register(rules);
    }

    private static String id(ServerRequest request) {
        return RequestValues.letterId(request.path().pathParameters().get("id"));
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), FILTERS, Set.of());
        var filter = new DeadLetterFilter(
                query.text("type").map(RequestValues::definitionName),
                query.text("cause").map(DeadLetterService::cause),
                query.text("step").map(RequestValues::stepName),
                ListRequest.limit(query),
                query.text("cursor").map(RequestValues::cursor));
        Caller.of(request).requireFilter(filter.type());
        Responses.ok(
                request, response, PageView.of(engine.require().admin().deadLetters(filter), DeadLetterView::item));
    }

    private static String cause(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        if (Arrays.stream(DeadLetter.Cause.values())
                .noneMatch(cause -> cause.name().equals(name))) {
            throw RequestValues.invalid(
                    "cause",
                    "\"" + RequestValues.shown(text) + "\": expected one of "
                            + Arrays.toString(DeadLetter.Cause.values()));
        }
        return name;
    }

    private void show(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        Responses.ok(request, response, DeadLetterView.alone(seen(request, id(request))));
    }

    /** What the caller may not see is not there for it. */
    private DeadLetter seen(ServerRequest request, String id) {
        DeadLetter letter = engine.require().admin().deadLetter(id);
        if (!Caller.of(request).sees(letter.type())) {
            throw new UnknownDeadLetterException(id);
        }
        return letter;
    }

    private void retry(ServerRequest request, ServerResponse response) {
        decide(request, response, Admin::retry, "RETRY_REQUESTED");
    }

    private void discard(ServerRequest request, ServerResponse response) {
        decide(request, response, Admin::discard, "DISCARD_REQUESTED");
    }

    private void decide(ServerRequest request, ServerResponse response, ActionResponses.Act act, String requested) {
        String id = id(request);
        ActionRequest asked = decisions.required(request);
        DeadLetter letter = seen(request, id);
        try {
            var decided = decisions.ask(act, id, asked);
            Map<String, Object> subject = ActionResponses.subject(letter.id());
            subject.put("workflowId", letter.workflowId());
            ActionResponses.answer(request, response, requested, decided, subject);
        } catch (ActionRefusedException e) {
            throw new ProblemException(Problems.letterClosed(e));
        }
    }
}
