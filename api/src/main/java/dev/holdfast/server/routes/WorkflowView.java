package dev.holdfast.server.routes;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.server.http.ErrorView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON of a workflow. Lists omit {@code waits} and {@code links}. */
record WorkflowView(
        String id,
        String type,
        int version,
        WorkflowStatus status,
        String queue,
        Map<String, String> labels,
        Instant createdAt,
        @Nullable Instant startedAt,
        Instant updatedAt,
        @Nullable Instant finishedAt,
        @Nullable String owner,
        int attempt,
        @Nullable WaitingView waitingFor,
        @Nullable ErrorView lastError,
        @Nullable String deadLetter,
        @Nullable Instant deadline,
        @Nullable ParentView parent,
        @Nullable String startedBy,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<WaitingView> waits,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Links links) {
    static final String PATH = "/v1/workflows";

    private static final String QUEUE = "default";

    private static final Set<WorkflowStatus> PAUSABLE =
            Set.of(WorkflowStatus.QUEUED, WorkflowStatus.RUNNING, WorkflowStatus.WAITING);

    record WaitingView(String kind, String name, @Nullable Instant until) {
        static WaitingView of(WorkflowSummary.Waiting waiting) {
            return new WaitingView(
                    waiting.kind(), waiting.name(), waiting.until().orElse(null));
        }
    }

    record ParentView(String id, String branch, int call) {
        static ParentView of(WorkflowSummary.Parent parent) {
            return new ParentView(parent.id(), parent.branch(), parent.call());
        }
    }

    /** Paths of the requests that the workflow accepts in its present state. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Links(
            String self,
            String history,
            String result,
            String published,
            String events,
            @Nullable String cancel,
            @Nullable String terminate,
            @Nullable String pause,
            @Nullable String resume,
            @Nullable String deadLetter,
            @Nullable String parent,
            @Nullable String startedBy,
            @Nullable String children) {
        static Links of(WorkflowSummary workflow) {
            String self = path(workflow.id());
            boolean open = !workflow.status().isFinal();
            boolean pausable = PAUSABLE.contains(workflow.status());
            boolean paused = workflow.status() == WorkflowStatus.PAUSED;
            return new Links(
                    self,
                    self + "/history",
                    self + "/result",
                    self + "/published",
                    self + "/events",
                    open ? self + "/cancel" : null,
                    open ? self + "/terminate" : null,
                    pausable ? self + "/pause" : null,
                    paused ? self + "/resume" : null,
                    workflow.deadLetter().map(DeadLetterView::path).orElse(null),
                    workflow.parent().map(parent -> path(parent.id())).orElse(null),
                    workflow.startedBy().map(WorkflowView::path).orElse(null),
                    workflow.hasChildren() ? PATH + "?parent=" + workflow.id() : null);
        }
    }

    static WorkflowView item(WorkflowSummary workflow) {
        return of(workflow, null, null);
    }

    static WorkflowView single(WorkflowSummary workflow) {
        List<WaitingView> waits = workflow.waits().stream().map(WaitingView::of).toList();
        return of(workflow, waits, Links.of(workflow));
    }

    /** The path of a workflow. Ids need no encoding. */
    static String path(String id) {
        return PATH + "/" + id;
    }

    private static WorkflowView of(WorkflowSummary workflow, @Nullable List<WaitingView> waits, @Nullable Links links) {
        return new WorkflowView(
                workflow.id(),
                workflow.type(),
                workflow.version(),
                workflow.status(),
                QUEUE,
                new TreeMap<>(workflow.labels()),
                workflow.createdAt(),
                workflow.startedAt().orElse(null),
                workflow.updatedAt(),
                workflow.finishedAt().orElse(null),
                workflow.owner().orElse(null),
                workflow.attempt(),
                workflow.waitingFor().map(WaitingView::of).orElse(null),
                workflow.lastError().map(ErrorView::of).orElse(null),
                workflow.deadLetter().orElse(null),
                workflow.deadline().orElse(null),
                workflow.parent().map(ParentView::of).orElse(null),
                workflow.startedBy().orElse(null),
                waits,
                links);
    }
}
