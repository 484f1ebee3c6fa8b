package dev.holdfast.server.routes;

import dev.holdfast.server.auth.RejectionAudit;
import dev.holdfast.server.auth.RejectionMetrics;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.Problems;
import dev.holdfast.server.http.RequestId;
import dev.holdfast.server.http.Responses;
import io.helidon.webserver.http.ErrorHandler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what routes and filters throw; logs what nobody expects, once, under an id that the caller is told too. */
public final class ErrorHandlers implements ErrorHandler<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorHandlers.class);

    private final RejectionMetrics refused;
    private final RejectionAudit audit;

    public ErrorHandlers(RejectionMetrics refused, RejectionAudit audit) {
        this.refused = refused;
        this.audit = audit;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response, Throwable thrown) {
        Problem problem = Problems.of(thrown);
        if (problem.code() == ProblemCode.INTERNAL_ERROR) {
            problem = problem.errorId(log(thrown, RequestId.of(request)));
        }
        refused.count(problem.code());
        audit.note(request, problem);
        Responses.problem(request, response, problem);
    }

    /** The id under which it stands in the log. */
    static String log(Throwable thrown, RequestId request) {
        String id = UUID.randomUUID().toString();
        LOG.atError()
                .addKeyValue(RequestId.FIELD, request.text())
                .setCause(thrown)
                .log("error {} while answering a request", id);
        return id;
    }
}
