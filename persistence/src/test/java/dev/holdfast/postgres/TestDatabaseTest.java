package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {
    @Test
    void eachIsEmptyAndGoneWhenItIsClosed() throws SQLException {
        TestDatabase first = TestDatabase.create();
        try (TestDatabase second = TestDatabase.create();
                Connection inFirst = first.dataSource().getConnection();
                Connection inSecond = second.dataSource().getConnection()) {
            inFirst.createStatement().execute("create table only_here (id int)");
            assertThatThrownBy(() -> inSecond.createStatement().execute("select * from only_here"))
                    .hasMessageContaining("only_here");
            first.close();
            assertThat(inFirst.isValid(1)).isFalse();
            assertThatThrownBy(() -> DriverManager.getConnection(first.jdbcUrl()))
                    .hasMessageContaining("does not exist");
        }
        first.close();
    }
}
