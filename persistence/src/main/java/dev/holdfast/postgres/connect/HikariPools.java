package dev.holdfast.postgres.connect;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** Finds the pool behind a DataSource. Stateless. */
public final class HikariPools {
    private HikariPools() {}

    /** Empty for a DataSource that is no HikariCP pool, or hides it. */
    public static Optional<HikariDataSource> behind(DataSource source) {
        try {
            return source.isWrapperFor(HikariDataSource.class)
                    ? Optional.of(source.unwrap(HikariDataSource.class))
                    : Optional.empty();
        } catch (SQLException e) {
            return Optional.empty();
        }
    }
}
