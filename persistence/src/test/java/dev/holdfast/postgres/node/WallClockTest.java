package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.cluster.TakeoverFixture;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.spi.StoreNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No wall clock decides which nodes live: the time of a heartbeat is for people. */
@Timeout(60)
class WallClockTest {
    /** Each row has another time than that of its commit. */
    private static final String SHIFT = """
            create function public.shift() returns trigger language plpgsql as $$
            begin
                new.at := new.at + interval '%s';
                return new;
            end $$;
            create trigger shift before insert on holdfast.heartbeat for each row execute function public.shift()""";

    private static final String FENCED = "select count(*) from holdfast.fence where connection = -1";

    @RegisterExtension
    private final TakeoverFixture fixture = new TakeoverFixture();

    @ParameterizedTest
    @ValueSource(strings = {"-10 minutes", "1 year"})
    void aNodeThatSendsHeartbeatsIsAliveWhateverTheirTime(String shift) {
        fixture.execute(SHIFT.formatted(shift));
        StoreNode first = StoreNode.joining(fixture.open("a", TestNode.LEASE));
        StoreNode second = StoreNode.joining(fixture.open("b", TestNode.LEASE));
        fixture.awaitOwned(Map.of("a", 128L, "b", 128L));
        fixture.awaitHeartbeats(8); // more than a lease and a half
        assertThat(fixture.count(FENCED)).isZero();
        assertThat(first.lost()).isEmpty();
        assertThat(second.lost()).isEmpty();
        fixture.awaitOwned(Map.of("a", 128L, "b", 128L));
    }

    @Test
    void aSilentNodeIsDeadThoughItsLastHeartbeatIsInTheFuture() {
        fixture.execute(SHIFT.formatted("1 year"));
        PgProxy wire = fixture.startKillable("a", TestNode.LEASE);
        StoreNode second = StoreNode.joining(fixture.open("b", TestNode.LEASE));
        fixture.awaitOwned(Map.of("a", 128L, "b", 128L));
        wire.refuse(true);
        fixture.awaitOwned(Map.of("a", 0L, "b", 256L));
        assertThat(second.lost()).isEmpty();
    }
}
