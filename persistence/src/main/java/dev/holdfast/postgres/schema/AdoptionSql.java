package dev.holdfast.postgres.schema;

import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements that adopt a restored copy. */
interface AdoptionSql {
    @SqlQuery("select holdfast.is_restored()")
    boolean isRestored();

    /** Lets one adoption go on at a time; a statement of its own, so that the next one sees what the other did. */
    @SqlQuery("select s.single from holdfast.settings s for update")
    boolean lockSettings();

    /** Notes that the installation lives here from now on; 0 if it does already. */
    @SqlUpdate("""
            update holdfast.settings set identity = gen_random_uuid(), restored = false,
                system_identifier = holdfast.system_identifier(), database_oid = holdfast.database_oid()
            where holdfast.is_restored()""")
    int adopt();

    @SqlUpdate("update holdfast.settings set restored = true")
    void mark();

    /** Has retention look through all eras again: the rows name transactions of the original's server. */
    @SqlUpdate("delete from holdfast.cleared")
    void forgetCleared();

    @SqlQuery("select pg_catalog.current_database()")
    String database();
}
