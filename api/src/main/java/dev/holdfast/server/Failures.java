package dev.holdfast.server;

import io.helidon.webserver.http.ErrorHandler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what routes and filters throw; logs what nobody expects, once, under an id that the caller is told too. */
final class Failures implements ErrorHandler<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final RefusedRequests refused;
    private final RefusalAudit audit;

    Failures(RefusedRequests refused, RefusalAudit audit) {
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
        Answers.problem(request, response, problem);
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
