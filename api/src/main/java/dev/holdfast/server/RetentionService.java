package dev.holdfast.server;

import dev.holdfast.Decision;
import dev.holdfast.Holdfast;
import dev.holdfast.RetentionRule;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/retention}: list, set and drop the rules by which ended workflows go. */
final class RetentionService implements HttpService {
    private static final String PATH = "/v1/retention";

    private final RunningEngine engine;
    private final Bodies bodies;

    RetentionService(RunningEngine engine, Bodies bodies) {
        this.engine = engine;
        this.bodies = bodies;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(PATH).get(Role.VIEWER, this::list).register(rules);
        Endpoint.at(PATH + "/{definition}/{status}")
                .put(Role.ADMIN, this::set)
                .delete(Role.ADMIN, this::drop)
                .register(rules);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        Caller.of(request).requireAll();
        var items = engine.require().retention().stream().map(RetentionView::of).toList();
        Answers.ok(request, response, new PageView<>(items, null));
    }

    private void set(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        RetentionPlace place = place(request);
        KeepBody asked = bodies.with(request, KeepBody::of);
        RetentionRule rule = place.rule(asked.keep());
        Decision decision = new Decision(asked.reason(), Caller.of(request).name(), Optional.empty());
        engine.require().retain(rule, decision.in(RequestContexts.of(request)));
        Answers.ok(request, response, RetentionView.of(rule));
    }

    private void drop(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), Set.of(ReasonParameter.NAME), Set.of());
        RetentionPlace place = place(request);
        Decision decision = ReasonParameter.decision(query, Caller.of(request)).in(RequestContexts.of(request));
        Holdfast holdfast = engine.require();
        RetentionRule was = holdfast.retention().stream()
                .filter(place::isOf)
                .findFirst()
                .filter(rule -> holdfast.dropRetention(rule, decision))
                .orElseThrow(() -> new ProblemException(new Problem(
                        ProblemCode.UNKNOWN_RETENTION_RULE,
                        "There is no rule for this definition and status, and others stay as they are.")));
        Answers.ok(request, response, RetentionView.of(was));
    }

    private static RetentionPlace place(ServerRequest request) {
        RetentionPlace place = RetentionPlace.of(request);
        place.requireWithin(Caller.of(request));
        return place;
    }
}
