package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.audit.AuditTrail;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The role that docs/security.md gives to nodes: it can do all that they do, and change nothing of the audit. */
@Timeout(120)
class LeastPrivilegeTest {
    private static final Pattern BLOCK = Pattern.compile("(?s)```sql\\n(create role holdfast_node.*?)```");
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final String PASSWORD = "for-a-test";
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final String role = "holdfast_test_" + UUID.randomUUID().toString().replace("-", "");

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final Jdbi owner = JdbiFactory.on(database.dataSource());
    /** The role that migrates: no superuser, but it may create roles. */
    private final String migrator = role + "_owner";

    private final String url = urlOf(role);
    private final Jdbi node = JdbiFactory.on(TestNode.dataSource(url));

    @BeforeEach
    void makeRole() throws IOException, SQLException {
        execute("create role " + migrator + " login createrole password '" + PASSWORD + "'");
        owner.useHandle(handle -> handle.execute(
                "grant create on database " + handle.getConnection().getCatalog() + " to " + migrator));
        DataSource ofMigrator = TestNode.dataSource(urlOf(migrator));
        Migrations.migrate(ofMigrator);
        Matcher block = BLOCK.matcher(Files.readString(Path.of("..", "docs", "security.md")));
        assertThat(block.find()).isTrue();
        String sql = block.group(1).replace("holdfast_node", role);
        try (Connection connection = ofMigrator.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            statement.execute("alter role " + role + " password '" + PASSWORD + "'");
        }
    }

    @AfterEach
    void close() {
        execute("drop owned by " + role + " cascade");
        execute("drop owned by " + migrator + " cascade");
        execute("drop role " + role);
        execute("drop role " + migrator);
    }

    private String urlOf(String user) {
        return database.jdbcUrl().replaceFirst("user=[^&]*", "user=" + user).replaceFirst("&password=[^&]*", "")
                + "&password=" + PASSWORD;
    }

    private void execute(String sql) {
        owner.useHandle(handle -> handle.execute(sql));
    }

    private long count(String sql) {
        return owner.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    private Holdfast start() {
        return PostgresHoldfast.on(PostgresConfig.of(url).nodeName("least").lease(TestNode.LEASE))
                .config(EngineConfig.defaults()
                        .shutdownGrace(Duration.ofMillis(200))
                        .retentionInterval(Duration.ofMillis(50)))
                .register(
                        WORK,
                        (ctx, input) -> ctx.step("one", String.class, step -> {
                            if (input.equals("park")) {
                                throw new IllegalStateException("as it should");
                            }
                            return input;
                        }))
                .start();
    }

    @Test
    void runsWorkflowsAndLetsErasComeAndGo() throws Exception {
        try (Holdfast engine = start()) {
            assertThat(engine.submit(WORK, "a").result(WAIT)).isEqualTo("a");
            WorkflowHandle<String> parked = engine.submit(WORK, "park");
            assertThat(engine.admin().terminate(parked.id(), ActionOptions.because("a test"), WAIT))
                    .contains(WorkflowStatus.CANCELLED);
            engine.admin()
                    .retain(
                            new RetentionRule(Optional.empty(), Optional.empty(), Optional.of(Duration.ofDays(1))),
                            ActionOptions.because("a test"));
        }
        assertThat(count("select count(*) from holdfast.audit")).isEqualTo(4);
        execute("alter table holdfast.retention drop constraint keep_at_least");
        execute("update holdfast.retention set keep = interval '0'");
        execute("update holdfast.settings set initialised_at = initialised_at - interval '28 days'");
        try (Holdfast engine = start()) {
            Await.until(
                    "era 1 is gone",
                    () -> count("select count(*) from pg_tables where schemaname = 'holdfast'"
                                    + " and tablename ~ '^(workflow|log|ended)_1$'")
                            == 0);
            assertThat(engine.submit(WORK, "b").result(WAIT)).isEqualTo("b");
        }
        assertThat(count("select count(*) from pg_tables where tablename = 'log_5' and tableowner = '" + role + "'"))
                .isOne();
    }

    @Test
    void mayReadTheAuditAndAddToItOnly() {
        node.useTransaction(tx -> AuditTrail.changed(tx, "TEST", "nothing", ActionOptions.because("a test"), true));
        assertThat(new AuditTrail(node).page(AuditFilter.newest(10)).items()).hasSize(2);
        for (String sql : new String[] {
            "update holdfast.audit set reason = 'another'",
            "delete from holdfast.audit",
            "truncate holdfast.audit",
            "drop table holdfast.audit",
            "alter table holdfast.audit add column more text",
            "create rule nothing as on insert to holdfast.audit do instead nothing",
            "alter table holdfast.audit disable trigger all",
            "drop schema holdfast cascade",
            "alter schema holdfast rename to other",
            "delete from holdfast.migration",
            "drop table holdfast.inbox",
            "alter function holdfast.owner(integer) rename to other"
        }) {
            assertThatThrownBy(() -> node.useHandle(handle -> handle.execute(sql)))
                    .as(sql)
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).as(sql).isEqualTo(INSUFFICIENT_PRIVILEGE));
        }
        assertThat(count("select count(*) from holdfast.audit where reason = 'a test'"))
                .isEqualTo(2);
    }
}
