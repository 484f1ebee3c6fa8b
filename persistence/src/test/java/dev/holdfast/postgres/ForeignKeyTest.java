package dev.holdfast.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Submission;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.engine.Await;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.postgres.node.NodeFixture;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.WorkflowKey;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Failure case 34: an open transaction of somebody else has inserted the key or the id that is asked for. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignKeyTest {
    @RegisterExtension
    private final NodeFixture fixture = new NodeFixture();

    private final Installation installation =
            Installation.of(fixture.jdbi, TestNode.config(fixture.database.jdbcUrl()));

    private String submission(String name, String scope) {
        int bucket = installation.ids().bucketOf(name);
        return """
            insert into holdfast.submission (record_id, at, bucket, era, uid, name, scope, digest)
            values (1, now(), %d, 1, gen_random_uuid(), '%s', '%s', '')""".formatted(bucket, name, scope);
    }

    @Test
    void onlyWhoAsksForAHeldKeyIsToldToComeAgain() throws Exception {
        assertHeld(submission("key", "locked"), Submission.key("key"));
    }

    @Test
    void onlyWhoAsksForAHeldIdIsToldToComeAgain() throws Exception {
        assertHeld(submission("id", "*"), Submission.id("id"));
    }

    @Test
    void onlyWhoAsksForAGeneratedIdThatIsBeingInsertedIsToldToComeAgain() throws Exception {
        WorkflowKey key = installation.ids().generate(3, 1, Instant.now());
        String insert = """
                insert into holdfast.workflow (bucket, era, version, uid, definition, input)
                values (3, 1, 1, '%s', 'locked', '1')""".formatted(key.uid());
        assertHeld(insert, Submission.id(installation.ids().format(key)));
    }

    @Test
    void onlyWhoAsksForAnIdWhoseOpenRowIsBeingInsertedIsToldToComeAgain() throws Exception {
        WorkflowKey key = installation.ids().generate(3, 1, Instant.now());
        String insert = """
                insert into holdfast.open_workflow (bucket, era, uid, status)
                values (3, 1, '%s', 'RUNNING')""".formatted(key.uid());
        assertHeld(insert, Submission.id(installation.ids().format(key)));
    }

    private void assertHeld(String insert, Submission asked) throws Exception {
        String input = "mine-" + UUID.randomUUID();
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            assertThat(foreign.execute(insert)).isEqualTo(1);
            assertThatThrownBy(() -> fixture.submit(input, asked))
                    .isInstanceOf(SubmissionHeldException.class)
                    .hasMessageContaining("send the same again");
            fixture.runOthers("while-" + input);
        }
        assertThat(fixture.submit(input, asked).result(NodeFixture.BOUND)).isEqualTo(input + "!");
        assertThat(fixture.count("select count(*) from holdfast.workflow w"
                        + " where convert_from(w.input, 'utf8') = '\"" + input + "\"'"))
                .isEqualTo(1);
        Await.until("all is tidied", () -> fixture.count("select count(*) from holdfast.open_workflow") == 0);
    }

    @Test
    void manyWhoAskForAHeldKeyAtOnceDelayNobodyElse() throws Exception {
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database);
                ExecutorService clients = Executors.newFixedThreadPool(30)) {
            foreign.execute(submission("many", "locked"));
            List<CompletableFuture<Void>> asking = IntStream.range(0, 30)
                    .mapToObj(i ->
                            CompletableFuture.runAsync(() -> fixture.submit("mine", Submission.key("many")), clients))
                    .toList();
            fixture.runOthers("while-many");
            assertThat(asking).allMatch(asked -> Await.failure(asked) instanceof SubmissionHeldException);
        }
    }

    @Test
    void aKeyThatSomebodyElseCommitsIsJoined() throws Exception {
        String hex = HexFormat.of().formatHex(new JacksonCodec().digest("\"mine\"".getBytes(UTF_8)));
        WorkflowKey place = installation.ids().generate(installation.ids().bucketOf("held"), 1, Instant.now());
        String admit = """
                select * from holdfast.admit(gen_random_uuid(), 0, 1, false, array['held'], array['locked'], array[%d],
                    array[1], array['%s'::uuid], array['\\x%s'::bytea], array[null]::text[], array['locked'],
                    array[1], array[null]::text[], array['"mine"'::bytea], array[true], null::text[],
                    null::text[], null::text[], null::text[], null::text[], null::text[], null::text[],
                    null::text[],
                    array[7]::bigint[])""".formatted(place.bucket(), place.uid(), hex);
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            assertThat(foreign.execute(admit)).isEqualTo(1);
            assertThatThrownBy(() -> fixture.submit("mine", Submission.key("held")))
                    .isInstanceOf(SubmissionHeldException.class);
            foreign.commit();
        }
        String id = fixture.submit("mine", Submission.key("held")).id();
        assertThat(id).isEqualTo(installation.ids().format(place));
        Await.until(
                "what was accepted elsewhere is run",
                () -> fixture.engine().admin().find(id).status().isFinal());
    }
}
