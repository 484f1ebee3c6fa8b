package dev.holdfast.spi;

import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.InvalidOptionException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The cursor of a page of the audit log: the place of one row, unique for each row. Immutable. */
public record AuditCursor(Instant at, UUID id, boolean decided) implements Comparable<AuditCursor> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,17})\\.([0-9a-f-]{36})\\.([01])");
    private static final Comparator<AuditCursor> ORDER =
            Comparator.comparing(AuditCursor::at).thenComparing(AuditCursor::id).thenComparing(AuditCursor::decided);

    public static AuditCursor of(AuditEntry row) {
        return new AuditCursor(row.at(), row.id(), row.decided());
    }

    /** Parses a cursor. Throws {@link InvalidOptionException} for any other text. */
    public static AuditCursor parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        try {
            if (matcher.matches()) {
                return new AuditCursor(
                        Instant.EPOCH.plus(Long.parseLong(matcher.group(1)), ChronoUnit.MICROS),
                        UUID.fromString(matcher.group(2)),
                        matcher.group(3).equals("1"));
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw new InvalidOptionException("cursor", "\"" + text + "\" is no cursor: pass back \"next\" as it came");
    }

    @Override
    public int compareTo(AuditCursor other) {
        return ORDER.compare(this, other);
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at) + "." + id + "." + (decided ? 1 : 0);
    }
}
