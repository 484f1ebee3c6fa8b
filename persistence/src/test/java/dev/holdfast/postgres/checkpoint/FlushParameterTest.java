package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The list of parameters in Java is that of the function in the database. */
class FlushParameterTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void theFunctionHasTheSameParameters() {
        List<String> declared = JdbiFactory.on(database.dataSource())
                .withHandle(
                        handle -> handle.createQuery("""
                        select p.proargnames[i] || ' ' || p.proargtypes[i - 1]::regtype::text
                        from pg_catalog.pg_proc p cross join pg_catalog.generate_series(1, p.pronargs) i
                        where p.oid = 'holdfast.flush'::regproc order by i""").mapTo(String.class).list());
        assertThat(Stream.of(FlushParameter.values())
                        .map(parameter -> parameter.sqlName() + " " + declaredType(parameter.type())))
                .containsExactlyElementsOf(declared);
    }

    /** As the catalogue spells it. */
    private static String declaredType(String type) {
        return type.replace("int4", "integer")
                .replace("int8", "bigint")
                .replace("int2", "smallint")
                .replace("bool", "boolean");
    }
}
