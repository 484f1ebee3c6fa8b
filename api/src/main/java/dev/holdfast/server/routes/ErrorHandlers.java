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

/**
 * Maps exceptions of routes and filters to problems. Logs unexpected ones once, under an error id that the problem
 * carries. Safe for all threads.
 */
public final class ErrorHandlers implements ErrorHandler<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorHandlers.class);

    private final RejectionMetrics rejections;
    private final RejectionAudit audit;

    public ErrorHandlers(RejectionMetrics rejections, RejectionAudit audit) {
        this.rejections = rejections;
        this.audit = audit;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response, Throwable thrown) {
        Problem problem = Problems.of(thrown);
        if (problem.code() == ProblemCode.INTERNAL_ERROR) {
            problem = problem.errorId(log(thrown, RequestId.of(request)));
        }
        rejections.count(problem.code());
        audit.record(request, problem);
        Responses.problem(request, response, problem);
    }

    /** Logs the exception and returns its error id. */
    static String log(Throwable thrown, RequestId request) {
        String id = UUID.randomUUID().toString();
        LOG.atError()
                .addKeyValue(RequestId.FIELD, request.text())
                .setCause(thrown)
                .log("error {} while handling a request", id);
        return id;
    }
}
