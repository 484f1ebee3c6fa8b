package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://host/db?user=a, jdbc:postgresql://host/db?user=a",
        "postgresql://host/db, jdbc:postgresql://host/db",
        "postgres://host:5433/db, jdbc:postgresql://host:5433/db",
        "postgresql://ann@host/db, jdbc:postgresql://host/db?user=ann",
        "postgresql://ann:pw@host/db?sslmode=require, jdbc:postgresql://host/db?sslmode=require&user=ann&password=pw",
        "postgresql://ann:p%40s%2Bs+%26@h1:1;h2:2/db, jdbc:postgresql://h1:1;h2:2/db?user=ann&password=p%40s%2Bs%2B%26",
        "postgresql://host/db?options=a@b, jdbc:postgresql://host/db?options=a@b",
        "postgresql://ann@host, jdbc:postgresql://host?user=ann"
    })
    void becomesAJdbcUrl(String url, String jdbc) {
        // commas are taken by the table above
        assertThat(DatabaseUrl.toJdbc(url.replace(';', ','))).isEqualTo(jdbc.replace(';', ','));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host/db", "mysql://ann:secret@host/db", "jdbc:mysql://host/db", "http://host"})
    void isRefusedWhenItIsOfAnotherKind(String url) {
        assertThatThrownBy(() -> DatabaseUrl.toJdbc(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgresql://")
                .hasMessageNotContaining("secret");
    }

    @Test
    void isShownWithoutThePassword() {
        assertThat(DatabaseUrl.withoutPassword("postgresql://ann:secret@host/db"))
                .isEqualTo("postgresql://ann@host/db");
        assertThat(DatabaseUrl.withoutPassword("jdbc:postgresql://host/db?user=ann&password=secret&a=b"))
                .isEqualTo("jdbc:postgresql://host/db?user=ann&password=***&a=b");
    }
}
