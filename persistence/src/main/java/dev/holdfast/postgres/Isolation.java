package dev.holdfast.postgres;

/** The isolation level of a transactional step, as PostgreSQL defines it. */
public enum Isolation {
    /** Each statement sees what was committed before it began. The default of a transactional step. */
    READ_COMMITTED("read committed"),
    /** All statements see what was committed before the transaction began; a row that has changed since fails it. */
    REPEATABLE_READ("repeatable read"),
    /** As if transactions ran one after the other. Many of them fail and run again where they touch the same rows. */
    SERIALIZABLE("serializable");

    private final String sql;

    Isolation(String sql) {
        this.sql = sql;
    }

    String sql() {
        return sql;
    }
}
