package dev.holdfast.samples.crash;

import dev.holdfast.samples.crash.CrashPoint.Write;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** A node is killed, and the one that goes on after it is killed too, at every boundary: the third one ends it. */
@Tag("long")
final class RecoveryCrashTest {
    private final Database database = Database.create();

    @AfterEach
    void drop() {
        database.close();
    }

    @TestFactory
    Stream<DynamicTest> aNodeMayBeKilledWhereverItTakesOver() {
        return new CrashDrill(database).everyBoundaryOfTheRestart(Probe.steps(1), Write.OF_JOINING);
    }

    @TestFactory
    Stream<DynamicTest> aNodeMayBeKilledWhereverItGoesOn() {
        return new CrashDrill(database)
                .everyBoundaryOfTheRestart(Probe.steps(2), EnumSet.of(Write.FLUSH, Write.LEDGER));
    }
}
