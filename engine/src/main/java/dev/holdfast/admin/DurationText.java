package dev.holdfast.admin;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Writes durations as people do: {@code 5 s}, {@code 1.5 h}, {@code 30 days}. For messages and logs. Stateless. */
public final class DurationText {
    /** A number with more digits is rounded, in a larger unit. */
    private static final BigDecimal EXACT_MAX = BigDecimal.valueOf(999);

    private enum Unit {
        DAY(86_400_000_000_000L, " days"),
        HOUR(3_600_000_000_000L, " h"),
        MINUTE(60_000_000_000L, " min"),
        SECOND(1_000_000_000L, " s"),
        MILLISECOND(1_000_000L, " ms");

        private final BigDecimal nanos;
        private final String name;

        Unit(long nanos, String name) {
            this.nanos = BigDecimal.valueOf(nanos);
            this.name = name;
        }

        private BigDecimal rounded(BigDecimal duration) {
            return duration.divide(nanos, 1, RoundingMode.HALF_UP);
        }

        private boolean fits(BigDecimal duration) {
            return duration.compareTo(nanos) >= 0;
        }

        private boolean isExact(BigDecimal duration) {
            BigDecimal number = rounded(duration);
            return number.compareTo(EXACT_MAX) <= 0 && number.multiply(nanos).compareTo(duration) == 0;
        }

        private String text(BigDecimal duration) {
            String number = rounded(duration).stripTrailingZeros().toPlainString();
            return this == DAY && number.equals("1") ? "1 day" : number + name;
        }
    }

    private DurationText() {}

    /** With at most one decimal, in the largest unit that is exact, else rounded. */
    public static String of(Duration duration) {
        if (duration.isZero()) {
            return "0 s";
        }
        if (duration.isNegative()) {
            return "-" + of(duration.abs());
        }
        BigDecimal nanos =
                BigDecimal.valueOf(duration.getSeconds()).movePointRight(9).add(BigDecimal.valueOf(duration.getNano()));
        Unit rounded = Unit.MILLISECOND;
        for (Unit unit : Unit.values()) {
            if (unit.fits(nanos) && unit.isExact(nanos)) {
                return unit.text(nanos);
            }
            if (rounded == Unit.MILLISECOND && unit.fits(nanos)) {
                rounded = unit;
            }
        }
        return rounded.text(nanos);
    }
}
