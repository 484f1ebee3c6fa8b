package dev.holdfast.postgres.log;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.ActionRef;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WakeTime;
import dev.holdfast.spi.WorkflowKey;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one place that knows the form of an event in holdfast.log: its code and its columns. Codes are stored: never
 * change them. {@code holdfast.event_kind} has the same codes, for SQL; a test compares the two. Stateless.
 */
public final class EventCodec {
    /** The stored index of an event without a position. */
    public static final int NO_POSITION = -1;

    private static final short NONE = 0;
    private static final short INTENT = 1;
    private static final short TIMER = 2;
    private static final short SIGNAL = 3;
    private static final short SIGNAL_TAKEN = 4;
    private static final short SIGNAL_TIMED_OUT = 5;
    private static final short CHILD = 6;
    private static final short JOIN_DECIDED = 7;
    private static final short NOW = 8;
    private static final short MARKER = 9;
    private static final short PUBLISHED = 10;
    private static final short STARTED = 12;
    private static final short CALLBACK = 13;
    private static final short BRANCH_STOPPED = 14;
    private static final short PARKED = 20;
    private static final short RETRIED = 21;
    private static final short CANCEL = 22;
    private static final short PAUSED = 23;
    private static final short RESUMED = 24;
    private static final short DEADLINE = 25;
    private static final short COMPLETED = 30;
    private static final short FAILED = 31;
    private static final short CANCELLED = 32;

    private EventCodec() {}

    /** Writes an event into these columns, at the place {@code i}. */
    public static void write(@Nullable HistoryEvent event, EventColumns columns, int i) {
        columns.code(i, code(event));
        switch (event) {
            case null -> {}
            case Intent intent -> {
                columns.position(i, intent.position());
                columns.attempt(i, intent.attempt());
                columns.name(i, intent.name());
                columns.key(i, intent.idempotencyKey());
                if (intent.isCompensation()) {
                    columns.compensates(i, intent.compensates());
                }
                if (intent.stepNumber() != intent.position().index()) {
                    columns.detail(i, bytes(String.valueOf(intent.stepNumber())));
                }
            }
            case HistoryEvent.Decision decision -> write(decision, columns, i);
            case HistoryEvent.SignalReceived signal -> {
                columns.key(i, signal.id());
                columns.name(i, signal.name());
                columns.detail(i, signal.payload());
                columns.sentAt(i, signal.sentAt());
            }
            case HistoryEvent.Parked parked -> {} // its reason is in holdfast.dead_letter
            case HistoryEvent.Retried retried -> {
                if (retried.position() != null) {
                    columns.position(i, retried.position());
                }
            }
            case HistoryEvent.DeadlinePassed passed -> {
                columns.position(i, passed.position());
                columns.detail(i, bytes(passed.deadline().toString()));
            }
            case HistoryEvent.Paused paused -> {}
            case HistoryEvent.Resumed resumed -> {}
            case HistoryEvent.Cancelled cancelled -> columns.position(i, cancelled.position());
            case HistoryEvent.Ended ended -> columns.detail(i, ended.value());
            case HistoryEvent.Unknown unknown ->
                throw new IllegalArgumentException("event " + unknown + " is read only");
        }
        ActionRef by = event == null ? null : event.by();
        if (by != null) {
            columns.key(i, by.id());
            columns.name(i, by.kind().name());
        }
    }

    private static void write(HistoryEvent.Decision decision, EventColumns columns, int i) {
        columns.position(i, decision.position());
        switch (decision) {
            case HistoryEvent.TimerStarted timer -> {
                columns.detail(i, bytes(timer.wakeTime().text()));
                if (timer.signal() != null) {
                    columns.name(i, timer.signal());
                }
            }
            case HistoryEvent.SignalTaken signal -> {
                columns.key(i, signal.id());
                columns.name(i, signal.name());
            }
            case HistoryEvent.SignalTimedOut signal -> columns.name(i, signal.name());
            case HistoryEvent.CallbackMade made -> {
                columns.name(i, made.name());
                columns.detail(i, bytes(made.url()));
            }
            case HistoryEvent.TimeRead read ->
                columns.detail(i, bytes(read.time().toString()));
            case HistoryEvent.Published published -> {
                columns.name(i, published.name());
                columns.detail(i, published.value());
            }
            case HistoryEvent.MarkerSet marker -> columns.name(i, marker.id());
            case HistoryEvent.JoinDecided join -> columns.attempt(i, join.branch());
            case HistoryEvent.ChildStarted child -> {
                columns.name(i, child.definition());
                columns.key(i, child.child().uid());
                columns.detail(
                        i, bytes(child.child().bucket() + "/" + child.child().era() + "/" + child.id()));
            }
            case HistoryEvent.BranchStopped stopped ->
                columns.detail(i, bytes(stopped.why().name()));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The code of an event; 0 for none. */
    static short code(@Nullable HistoryEvent event) {
        return switch (event) {
            case null -> NONE;
            case Intent intent -> INTENT;
            case HistoryEvent.TimerStarted timer -> TIMER;
            case HistoryEvent.SignalReceived signal -> SIGNAL;
            case HistoryEvent.SignalTaken signal -> SIGNAL_TAKEN;
            case HistoryEvent.SignalTimedOut signal -> SIGNAL_TIMED_OUT;
            case HistoryEvent.TimeRead read -> NOW;
            case HistoryEvent.MarkerSet marker -> MARKER;
            case HistoryEvent.CallbackMade made -> CALLBACK;
            case HistoryEvent.Published published -> PUBLISHED;
            case HistoryEvent.JoinDecided join -> JOIN_DECIDED;
            case HistoryEvent.ChildStarted child -> child.waits() ? CHILD : STARTED;
            case HistoryEvent.BranchStopped stopped -> BRANCH_STOPPED;
            case HistoryEvent.Parked parked -> PARKED;
            case HistoryEvent.Retried retried -> RETRIED;
            case HistoryEvent.Cancelled cancelled -> CANCEL;
            case HistoryEvent.DeadlinePassed passed -> DEADLINE;
            case HistoryEvent.Paused paused -> PAUSED;
            case HistoryEvent.Resumed resumed -> RESUMED;
            case HistoryEvent.Ended ended ->
                switch (ended.status()) {
                    case COMPLETED -> COMPLETED;
                    case FAILED -> FAILED;
                    default -> CANCELLED;
                };
            case HistoryEvent.Unknown unknown -> (short) unknown.code();
        };
    }

    /** Reads the event of a record, selected by {@link LogSql#COLUMNS}; null if it has none. */
    static @Nullable HistoryEvent read(ResultSet row) throws SQLException {
        short code = row.getShort("event");
        if (hasUnknownName(row, code)) {
            return new HistoryEvent.Unknown(code);
        }
        return switch (code) {
            case NONE -> null;
            case INTENT -> intent(row);
            case TIMER -> new HistoryEvent.TimerStarted(call(row), WakeTime.parse(detail(row)), row.getString("name"));
            case SIGNAL -> signal(row);
            case SIGNAL_TAKEN ->
                new HistoryEvent.SignalTaken(
                        call(row), row.getObject("idempotency_key", UUID.class), row.getString("name"));
            case SIGNAL_TIMED_OUT -> new HistoryEvent.SignalTimedOut(call(row), row.getString("name"));
            case NOW -> new HistoryEvent.TimeRead(call(row), Instant.parse(detail(row)));
            case MARKER -> new HistoryEvent.MarkerSet(call(row), row.getString("name"));
            case CALLBACK -> new HistoryEvent.CallbackMade(call(row), row.getString("name"), detail(row));
            case PUBLISHED -> new HistoryEvent.Published(call(row), row.getString("name"), row.getBytes("detail"));
            case CHILD -> child(row, true);
            case STARTED -> child(row, false);
            case JOIN_DECIDED -> new HistoryEvent.JoinDecided(call(row), row.getInt("event_attempt"));
            case BRANCH_STOPPED ->
                new HistoryEvent.BranchStopped(call(row), HistoryEvent.BranchStopped.Why.valueOf(detail(row)));
            case PARKED -> new HistoryEvent.Parked(reason(row));
            case RETRIED ->
                new HistoryEvent.Retried(
                        position(row, "event_branch", "event_position"), Objects.requireNonNull(by(row)));
            case CANCEL -> new HistoryEvent.Cancelled(call(row), Objects.requireNonNull(by(row)));
            case DEADLINE -> new HistoryEvent.DeadlinePassed(call(row), Instant.parse(detail(row)));
            case PAUSED -> new HistoryEvent.Paused(Objects.requireNonNull(by(row)));
            case RESUMED -> new HistoryEvent.Resumed(Objects.requireNonNull(by(row)));
            case COMPLETED -> new HistoryEvent.Ended(WorkflowStatus.COMPLETED, row.getBytes("detail"), by(row));
            case FAILED -> new HistoryEvent.Ended(WorkflowStatus.FAILED, row.getBytes("detail"), by(row));
            case CANCELLED -> new HistoryEvent.Ended(WorkflowStatus.CANCELLED, row.getBytes("detail"), by(row));
            default -> new HistoryEvent.Unknown(code);
        };
    }

    /** Whether it names an action or a cause that this build does not know, because a newer node has written it. */
    private static boolean hasUnknownName(ResultSet row, short code) throws SQLException {
        if (code == PARKED) {
            String cause = row.getString("cause");
            return cause != null && !isOneOf(DeadLetter.Cause.values(), cause); // without its letter it is unreadable
        }
        return code >= RETRIED
                && row.getObject("idempotency_key") != null
                && !isOneOf(ActionKind.values(), row.getString("name"));
    }

    private static boolean isOneOf(Enum<?>[] known, @Nullable String name) {
        return Arrays.stream(known).anyMatch(one -> one.name().equals(name));
    }

    private static Position call(ResultSet row) throws SQLException {
        return Objects.requireNonNull(position(row, "event_branch", "event_position"));
    }

    private static String detail(ResultSet row) throws SQLException {
        byte[] detail = row.getBytes("detail");
        return detail == null ? "" : new String(detail, StandardCharsets.UTF_8);
    }

    private static HistoryEvent.SignalReceived signal(ResultSet row) throws SQLException {
        return new HistoryEvent.SignalReceived(
                row.getObject("idempotency_key", UUID.class),
                row.getString("name"),
                row.getBytes("detail"),
                row.getObject("sent_at", OffsetDateTime.class).toInstant());
    }

    private static HistoryEvent.ChildStarted child(ResultSet row, boolean waits) throws SQLException {
        String[] place = detail(row).split("/", 3);
        WorkflowKey child = new WorkflowKey(
                Integer.parseInt(place[0]), Integer.parseInt(place[1]), row.getObject("idempotency_key", UUID.class));
        return new HistoryEvent.ChildStarted(call(row), row.getString("name"), child, place[2], waits, null);
    }

    private static Intent intent(ResultSet row) throws SQLException {
        int position = row.getInt("compensates_position");
        int compensates = row.wasNull() ? Intent.COMPENSATES_NOTHING : position;
        Position call = call(row);
        String stepNumber = detail(row);
        return new Intent(
                call,
                row.getInt("event_attempt"),
                row.getString("name"),
                row.getObject("idempotency_key", UUID.class),
                compensates,
                stepNumber.isEmpty() ? call.index() : Integer.parseInt(stepNumber));
    }

    private static @Nullable ActionRef by(ResultSet row) throws SQLException {
        UUID id = row.getObject("idempotency_key", UUID.class);
        return id == null ? null : new ActionRef(id, ActionKind.valueOf(row.getString("name")));
    }

    /** The index of a position as stored; -1 for none. */
    public static int index(@Nullable Position position) {
        return position == null ? NO_POSITION : position.index();
    }

    /** The branch of a position as stored; null for the main one, and for no position. */
    public static @Nullable String branch(@Nullable Position position) {
        return position == null || position.isMain() ? null : position.branch();
    }

    /** The position in these columns; null for -1. */
    static @Nullable Position position(ResultSet row, String branch, String index) throws SQLException {
        int number = row.getInt(index);
        String path = row.getString(branch);
        return number < 0 ? null : new Position(path == null ? Position.MAIN : path, number);
    }

    private static ParkingReason reason(ResultSet row) throws SQLException {
        return new ParkingReason(
                DeadLetter.Cause.valueOf(Objects.requireNonNull(row.getString("cause"))),
                row.getString("step"),
                position(row, "letter_branch", "position"),
                row.getInt("step_number"),
                row.getObject("letter_key", UUID.class),
                row.getInt("attempts"),
                new Failure(row.getString("error_class"), row.getString("error_message")),
                row.getString("stack"));
    }
}
