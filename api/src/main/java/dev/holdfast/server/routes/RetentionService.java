package dev.holdfast.server.routes;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.RequestContexts;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.Responses;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/retention}: list, set and drop the rules that delete ended workflows. */
public final class RetentionService implements HttpService {
    private static final String PATH = "/v1/retention";

    private final RunningEngine engine;
    private final RequestBodies bodies;

    public RetentionService(RunningEngine engine, RequestBodies bodies) {
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
        var items = engine.require().admin().retention().stream()
                .map(RetentionView::of)
                .toList();
        Responses.ok(request, response, new PageView<>(items, null));
    }

    private void set(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        RetentionSelector selector = selector(request);
        RetentionBody body = bodies.with(request, RetentionBody::of);
        RetentionRule rule = selector.rule(body.keep());
        ActionOptions options =
                ActionOptions.because(body.reason()).by(Caller.of(request).name());
        engine.require().admin().retain(rule, options.in(RequestContexts.of(request)));
        Responses.ok(request, response, RetentionView.of(rule));
    }

    private void drop(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), Set.of(ReasonParameter.NAME), Set.of());
        RetentionSelector selector = selector(request);
        ActionOptions options =
                ReasonParameter.required(query, Caller.of(request)).in(RequestContexts.of(request));
        Holdfast holdfast = engine.require();
        RetentionRule rule = holdfast.admin().retention().stream()
                .filter(selector::matches)
                .findFirst()
                .orElseGet(
                        () -> selector.rule(Optional.empty())); // the audit has the request for one that is not there
        if (!holdfast.admin().dropRetention(rule, options)) {
            throw new ProblemException(new Problem(
                    ProblemCode.UNKNOWN_RETENTION_RULE,
                    "There is no retention rule for exactly this definition and status; no rule was changed."));
        }
        Responses.ok(request, response, RetentionView.of(rule));
    }

    private static RetentionSelector selector(ServerRequest request) {
        RetentionSelector selector = RetentionSelector.of(request);
        selector.requireWithin(Caller.of(request));
        return selector;
    }
}
