package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.FlushFixture;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rules of the schema, as the catalogue has them. A new table is a workflow table unless it is listed here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaRulesTest {
    /** Few rows, none for a workflow: these need no bucket. */
    private static final String CONTROL =
            "('settings', 'node', 'incarnation', 'heartbeat', 'fence', 'bucket', 'retention', 'closed',"
                    + " 'audit', 'api_key', 'migration', 'event_kind')";

    private static final String OF_WORKFLOW_TABLES =
            " c.relnamespace = 'holdfast'::regnamespace and c.relname not in " + CONTROL + " ";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final Jdbi jdbi = new FlushFixture(database, Migrations.LOCATION).jdbi;

    private List<String> all(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
    }

    @Test
    void theWorkflowTablesAreAllHere() {
        assertThat(all("select c.relname from pg_class c where " + OF_WORKFLOW_TABLES
                        + "and c.relkind in ('r', 'p') and not c.relispartition"))
                .contains("workflow", "open_workflow", "log", "ended", "submission", "dead_letter");
    }

    @Test
    void everyWorkflowTableHasAPrimaryKey() {
        assertThat(all("select c.relname from pg_class c where " + OF_WORKFLOW_TABLES + """
                and c.relkind in ('r', 'p') and not exists (
                    select from pg_index i where i.indrelid = c.oid and i.indisprimary)"""))
                .isEmpty();
    }

    @Test
    void everyUniqueIndexOfAWorkflowTableContainsTheBucket() {
        assertThat(all("select i.indexrelid::regclass::text from pg_index i"
                        + " join pg_class c on c.oid = i.indrelid where "
                        + OF_WORKFLOW_TABLES + """
                and i.indisunique and not exists (
                    select from pg_attribute a where a.attrelid = c.oid and a.attname = 'bucket'
                        and array_position(string_to_array(i.indkey::text, ' ')::integer[], a.attnum::integer)
                            <= i.indnkeyatts)"""))
                .isEmpty();
    }

    /** Two that begin with the bucket tie while there are no statistics, and the wrong one may win. */
    @Test
    void ofTheUniqueIndexesOfATableOneAtMostBeginsWithTheBucket() {
        assertThat(all("select c.relname from pg_index i join pg_class c on c.oid = i.indrelid"
                        + " join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] where "
                        + OF_WORKFLOW_TABLES
                        + "and i.indisunique and a.attname = 'bucket' group by c.relname having count(*) > 1"))
                .isEmpty();
    }

    @Test
    void thereAreNoTriggersAndNoRules() {
        assertThat(all("select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
                        + " where c.relnamespace = 'holdfast'::regnamespace"))
                .isEmpty();
        assertThat(all("select r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class"
                        + " where c.relnamespace = 'holdfast'::regnamespace and c.relkind in ('r', 'p')"))
                .isEmpty();
    }

    @Test
    void thereAreNoForeignKeysAndNoExclusionConstraints() {
        assertThat(all("select conname from pg_constraint"
                        + " where connamespace = 'holdfast'::regnamespace and contype in ('f', 'x')"))
                .isEmpty();
    }

    @Test
    void aSequenceFeedsOnlyTheNumbersOfNodes() {
        assertThat(all("""
                select d.refobjid::regclass || '.' || a.attname from pg_class s
                left join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass
                    and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
                left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                where s.relkind = 'S'
                    and s.relnamespace = 'holdfast'::regnamespace""")).containsExactly("holdfast.node.number");
        assertThat(all("select c.relname from pg_attrdef d join pg_class c on c.oid = d.adrelid where "
                        + OF_WORKFLOW_TABLES + "and pg_get_expr(d.adbin, d.adrelid) like '%nextval%'"))
                .isEmpty();
    }

    @Test
    void everyTimeHasAZone() {
        assertThat(all("""
                select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
                where c.relnamespace = 'holdfast'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'migration'
                    and not a.attisdropped
                    and a.atttypid in
                        ('timestamp'::regtype, 'time'::regtype, 'timetz'::regtype, 'date'::regtype)""")).isEmpty();
    }

    @Test
    void noFunctionTakesGivesOrKeepsATimeWithoutAZone() {
        assertThat(all("""
                select p.proname from pg_proc p where p.pronamespace = 'holdfast'::regnamespace and (
                    array['timestamp'::regtype, 'time'::regtype, 'date'::regtype]::oid[]
                        && (coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype)
                    or p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '') ~*
                        '\\mtimestamp\\M(?! with )|\\mlocaltime|\\mcurrent_time\\M|::(date|time)\\M')""")).isEmpty();
    }

    @Test
    void whatIsTakenToAnotherEraIsCopiedWithAllColumns() {
        assertThat(all("""
                select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
                join pg_proc p on p.proname = 'rehome' and p.pronamespace = c.relnamespace
                where c.oid in ('holdfast.workflow'::regclass, 'holdfast.log'::regclass, 'holdfast.ended'::regclass)
                    and a.attnum > 0 and not a.attisdropped and a.attname <> 'era'
                    and p.prosrc !~ ('\\m' || left(c.relname, 1) || '\\.' || a.attname || '\\M')""")).isEmpty();
    }

    /** Its names are bound when it is created, by a body of the SQL standard, or looked up in the catalogue only. */
    @Test
    void noFunctionUsesTheSearchPathOfItsCaller() {
        assertThat(all("""
                select p.proname from pg_proc p where p.pronamespace = 'holdfast'::regnamespace
                    and p.prosqlbody is null
                    and not coalesce(p.proconfig && array['search_path=pg_catalog',
                        'search_path=pg_catalog, pg_temp'], false)""")).isEmpty();
    }

    /** And only they: each is a door, and has a list of those who may pass. */
    @Test
    void theDoorsRunWithTheRightsOfTheirOwnerAndNobodyMayPassUnasked() {
        List<String> doors = all("""
                select p.proname || coalesce(' for ' || nullif(string_agg(a.grantee::regrole::text, ','), ''),
                    '')
                from pg_proc p left join lateral (select g.grantee from aclexplode(coalesce(p.proacl,
                    acldefault('f', p.proowner))) g where g.grantee <> p.proowner) a on true
                where p.pronamespace = 'holdfast'::regnamespace and p.prosecdef
                group by p.oid, p.proname order by p.proname""");
        assertThat(doors).containsExactly("signal", "signal", "submit", "submit");
    }

    /** Else a temporary type of the caller would stand in for a type of the catalogue, with functions of the caller. */
    @Test
    void whatADoorCallsLooksIntoTemporarySchemasLast() {
        List<String> reached = all("""
                with recursive reached as (
                    select p.oid, p.proname, p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '') as body,
                        p.prosqlbody is null as is_open, p.proconfig
                    from pg_proc p where p.pronamespace = 'holdfast'::regnamespace and p.prosecdef
                    union
                    select p.oid, p.proname, p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), ''),
                        p.prosqlbody is null, p.proconfig
                    from reached r join pg_proc p on p.pronamespace = 'holdfast'::regnamespace
                        and r.body ~ ('holdfast\\.' || p.proname || '\\('))
                select r.proname || case when r.is_open and not coalesce('search_path=pg_catalog, pg_temp'
                    = any (r.proconfig), false) then ' is open' else '' end from reached r""");
        assertThat(reached).contains("enqueue", "admit_one", "send_signal", "is_restored", "system_identifier");
        assertThat(reached).noneMatch(name -> name.endsWith(" is open"));
    }

    @Test
    void whatADoorCallsOpensNoSubtransactionAndSendsNoNotification() {
        assertThat(all("""
                select p.proname from pg_proc p where p.pronamespace = 'holdfast'::regnamespace
                    and p.proname in ('submit', 'signal', 'enqueue', 'enqueue_signal', 'admit_one', 'send_signal',
                        'place_for', 'version_of', 'start_of', 'labels_of', 'as_jsonb', 'require_json')
                    and p.prosrc ~* ('\\mexception when\\M|\\mnotify\\M|pg_notify|\\mnow\\('
                        || '|\\mcurrent_timestamp\\M')""")).isEmpty();
    }
}
