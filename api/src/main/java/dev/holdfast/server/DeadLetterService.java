package dev.holdfast.server;

import dev.holdfast.DeadLetterFilter;
import dev.holdfast.DeadLetterSummary;
import dev.holdfast.DecisionRefusedException;
import dev.holdfast.Holdfast;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.spi.DeadLetter;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code /v1/dead-letters}: list, show, retry, discard. */
final class DeadLetterService implements HttpService {
    private static final Set<String> FILTERS = Set.of("type", "cause", "step", "limit", "cursor");

    private final RunningEngine engine;
    private final Decisions decisions;

    DeadLetterService(RunningEngine engine, Decisions decisions) {
        this.engine = engine;
        this.decisions = decisions;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(Paths.DEAD_LETTERS).get(Role.VIEWER, this::list).register(rules);
        Endpoint.at(Paths.DEAD_LETTERS + "/{id}").get(Role.VIEWER, this::show).register(rules);
        Endpoint.at(Paths.DEAD_LETTERS + "/{id}/retry").post(Role.OPERATOR, this::retry).register(rules);
        Endpoint.at(Paths.DEAD_LETTERS + "/{id}/discard").post(Role.OPERATOR, this::discard).register(rules);
    }

    private static String id(ServerRequest request) {
        return Values.letterId(request.path().pathParameters().get("id"));
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), FILTERS, Set.of());
        var filter = new DeadLetterFilter(
                query.text("type").map(Values::definitionName),
                query.text("cause").map(DeadLetterService::cause),
                query.text("step").map(Values::stepName),
                ListRequest.limit(query),
                query.text("cursor").map(Values::cursor));
        Caller.of(request).requireFilter(filter.type());
        Answers.ok(request, response, PageView.of(engine.require().deadLetters(filter), DeadLetterView::item));
    }

    private static String cause(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        if (Arrays.stream(DeadLetterSummary.Cause.values())
                .noneMatch(cause -> cause.name().equals(name))) {
            throw Values.invalid(
                    "cause",
                    "\"" + Values.shown(text) + "\": expected one of " + Arrays.toString(DeadLetterSummary.Cause.values()));
        }
        return name;
    }

    private void show(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        Answers.ok(request, response, DeadLetterView.alone(seen(request, id(request))));
    }

    /** What the caller may not see is not there for it. */
    private DeadLetterSummary seen(ServerRequest request, String id) {
        DeadLetterSummary letter = engine.require().deadLetter(id);
        if (!Caller.of(request).sees(letter.type())) {
            throw new UnknownDeadLetterException(id);
        }
        return letter;
    }

    private void retry(ServerRequest request, ServerResponse response) {
        decide(request, response, Holdfast::retry, "RETRY_REQUESTED");
    }

    private void discard(ServerRequest request, ServerResponse response) {
        decide(request, response, Holdfast::discard, "DISCARD_REQUESTED");
    }

    private void decide(ServerRequest request, ServerResponse response, Decisions.Act act, String requested) {
        String id = id(request);
        DecisionRequest asked = decisions.required(request);
        DeadLetterSummary letter = seen(request, id);
        try {
            var decided = decisions.ask(act, id, asked);
            Map<String, Object> subject = Decisions.subject(letter.id());
            subject.put("workflowId", letter.workflowId());
            Decisions.answer(request, response, requested, decided, subject);
        } catch (DecisionRefusedException e) {
            throw new ProblemException(Problems.letterClosed(e));
        }
    }
}
