package dev.holdfast.server.routes;

import dev.holdfast.admin.RetentionRule;
import java.time.Duration;

/** JSON of a retention rule. */
record RetentionView(String definition, String status, String keep) {
    private static final Duration DAY = Duration.ofDays(1);

    static RetentionView of(RetentionRule rule) {
        return new RetentionView(
                rule.definition().orElse(RetentionSelector.ANY),
                rule.status().map(Enum::name).orElse(RetentionSelector.ANY),
                rule.keep().map(RetentionView::text).orElse(RetentionBody.FOREVER));
    }

    /** Formats whole days as {@code P30D}, where {@link Duration#toString} has hours. */
    private static String text(Duration keep) {
        boolean whole = keep.equals(DAY.multipliedBy(keep.toDays()));
        return whole ? "P" + keep.toDays() + "D" : keep.toString();
    }
}
