package dev.holdfast.server.routes;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.StepInDoubtException;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.ProblemCode;
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
    private final ActionResponses actions;

    public DeadLetterService(RunningEngine engine, ActionResponses actions) {
        this.engine = engine;
        this.actions = actions;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(DeadLetterView.PATH).get(Role.VIEWER, this::list).register(rules);
        Endpoint.at(DeadLetterView.PATH + "/{id}").get(Role.VIEWER, this::show).register(rules);
        Endpoint.at(DeadLetterView.PATH + "/{id}/retry")
                .post(Role.OPERATOR, this::retry)
                .register(rules);
        Endpoint.at(DeadLetterView.PATH + "/{id}/discard")
                .post(Role.OPERATOR, this::discard)
                .register(rules);
    }

    private static String id(ServerRequest request) {
        return RequestValues.deadLetterId(request.path().pathParameters().get("id"));
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), FILTERS, Set.of());
        DeadLetterFilter filter = new FilterOf<>(DeadLetterFilter.all(ListRequest.limit(query)))
                .with(query.text("type").map(RequestValues::definitionName), DeadLetterFilter::type)
                .with(query.text("cause").map(DeadLetterService::cause), DeadLetterFilter::cause)
                .with(query.text("step").map(RequestValues::stepName), DeadLetterFilter::step)
                .with(query.text("cursor").map(RequestValues::cursor), DeadLetterFilter::from)
                .filter();
        Caller.of(request).requireFilter(filter.type());
        Responses.ok(
                request, response, PageView.of(engine.require().admin().deadLetters(filter), DeadLetterView::item));
    }

    private static DeadLetter.Cause cause(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        return Arrays.stream(DeadLetter.Cause.values())
                .filter(cause -> cause.name().equals(name))
                .findFirst()
                .orElseThrow(() -> RequestValues.invalid(
                        "cause",
                        "\"" + RequestValues.abbreviated(text) + "\": expected one of "
                                + Arrays.toString(DeadLetter.Cause.values())));
    }

    private void show(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        Responses.ok(request, response, DeadLetterView.single(requireVisible(request, id(request))));
    }

    /** Throws UNKNOWN_DEAD_LETTER for a letter outside the caller's scopes: 403 would reveal that it exists. */
    private DeadLetter requireVisible(ServerRequest request, String id) {
        DeadLetter letter = engine.require().admin().deadLetter(id);
        if (!Caller.of(request).sees(letter.type())) {
            throw new UnknownDeadLetterException(id);
        }
        return letter;
    }

    private void retry(ServerRequest request, ServerResponse response) {
        ActionRequest parsed = actions.retryWithReason(request);
        ActionResponses.Action action = parsed.runAgainAnyway() ? Admin::runAgainAnyway : Admin::retry;
        perform(request, response, action, parsed, "RETRY_REQUESTED");
    }

    private void discard(ServerRequest request, ServerResponse response) {
        perform(request, response, Admin::discard, actions.withReason(request), "DISCARD_REQUESTED");
    }

    /** Returns the letter to act on. For one that does not exist the engine refuses, so that the audit has it. */
    private DeadLetter target(ServerRequest request, String id, ActionResponses.Action action, ActionRequest parsed) {
        try {
            return requireVisible(request, id);
        } catch (UnknownDeadLetterException e) {
            if (Caller.of(request).scopes().isEmpty()) {
                actions.perform(action, id, parsed);
            }
            throw e;
        }
    }

    private void perform(
            ServerRequest request,
            ServerResponse response,
            ActionResponses.Action action,
            ActionRequest parsed,
            String requested) {
        String id = id(request);
        DeadLetter letter = target(request, id, action, parsed);
        try {
            var decided = actions.perform(action, id, parsed);
            Map<String, Object> subject = ActionResponses.subject(letter.id());
            subject.put("workflowId", letter.workflowId());
            ActionResponses.respond(request, response, requested, decided, subject);
        } catch (StepInDoubtException e) {
            throw e;
        } catch (ActionRefusedException e) {
            throw new ProblemException(Problems.refused(ProblemCode.DEAD_LETTER_CLOSED, e));
        }
    }
}
