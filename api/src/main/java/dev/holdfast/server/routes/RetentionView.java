package dev.holdfast.server.routes;

import dev.holdfast.admin.RetentionRule;
import java.time.Duration;

/** A rule of retention as it stands in answers. */
record RetentionView(String definition, String status, String keep) {
    private static final Duration DAY = Duration.ofDays(1);

    static RetentionView of(RetentionRule rule) {
        return new RetentionView(
                rule.definition().orElse(RetentionPlace.ANY),
                rule.status().map(Enum::name).orElse(RetentionPlace.ANY),
                rule.keep().map(RetentionView::text).orElse(RetentionBody.FOREVER));
    }

    /** In days where they are whole, as people say it. */
    private static String text(Duration keep) {
        boolean whole = keep.equals(DAY.multipliedBy(keep.toDays()));
        return whole ? "P" + keep.toDays() + "D" : keep.toString();
    }
}
