package dev.holdfast.server.routes;

import dev.holdfast.admin.AuditFilter;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.Set;

/** {@code /v1/audit}: requests of operators, and their outcomes. */
public final class AuditService implements HttpService {
    private static final Set<String> FILTERS =
            Set.of("actor", "action", "target", "after", "before", "limit", "cursor");

    private final RunningEngine engine;

    public AuditService(RunningEngine engine) {
        this.engine = engine;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at("/v1/audit").get(Role.ADMIN, this::list).register(rules);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Caller.of(request).requireAll();
        Query query = Query.parse(request.query().rawValue(), FILTERS, Set.of());
        AuditFilter filter = new FilterOf<>(AuditFilter.newest(ListRequest.limit(query)))
                .with(query.text("actor"), AuditFilter::actor)
                .with(query.text("action").map(action -> action.toUpperCase(Locale.ROOT)), AuditFilter::action)
                .with(query.text("target"), AuditFilter::target)
                .with(query.text("after").map(text -> RequestValues.time("after", text)), AuditFilter::after)
                .with(query.text("before").map(text -> RequestValues.time("before", text)), AuditFilter::before)
                .with(query.text("cursor").map(RequestValues::cursor), AuditFilter::from)
                .filter();
        Responses.ok(request, response, PageView.of(engine.require().admin().audit(filter), AuditView::of));
    }
}
