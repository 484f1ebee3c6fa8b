package dev.holdfast.postgres.schema;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.postgres.audit.AuditTrail;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Tells a restored copy of a database from the original, and makes it an installation of its own. Called by operators
 * through the store. Throws {@link org.jdbi.v3.core.JdbiException} when the database fails. Safe for all threads, and
 * for several nodes at the same time.
 *
 * <p>All that a copy has of the original's nodes is made harmless: their incarnations are fenced, so that no process
 * goes on as one of them and their buckets are free; their backends are forgotten, so that none is terminated.
 */
public final class Adoption {
    private final Jdbi jdbi;

    public Adoption(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Whether this database is a restored copy that is not adopted. */
    public boolean isDue() {
        return jdbi.withExtension(AdoptionSql.class, AdoptionSql::isRestored);
    }

    /** Adopts a restored copy; false if the database is none. */
    public boolean adopt(ActionOptions options) {
        return CommitConfirmation.transaction(jdbi, tx -> {
            AdoptionSql sql = tx.attach(AdoptionSql.class);
            sql.lockSettings();
            boolean adopted = sql.adopt() > 0;
            if (adopted) {
                fenceAll(tx);
                sql.forgetCleared();
            }
            AuditTrail.changed(tx, "ADOPT", sql.database(), options, adopted);
            return adopted;
        });
    }

    /** Marks this database as restored: a physical copy cannot be told from its original. Stops all of its nodes. */
    public void mark(ActionOptions options) {
        CommitConfirmation.transaction(jdbi, tx -> {
            AdoptionSql sql = tx.attach(AdoptionSql.class);
            sql.lockSettings();
            sql.mark();
            fenceAll(tx);
            AuditTrail.changed(tx, "MARK_RESTORED", sql.database(), options, true);
            return true;
        });
    }

    private static void fenceAll(Handle tx) {
        FenceSql fence = tx.attach(FenceSql.class);
        fence.fenceAll();
        fence.removeAbsent();
    }
}
