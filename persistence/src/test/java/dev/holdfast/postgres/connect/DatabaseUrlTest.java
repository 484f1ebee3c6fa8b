package dev.holdfast.postgres.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "jdbc:postgresql://host/db?user=ann             | host:5432          | db  | ann | -",
                "jdbc:postgresql://host/db?user=ann&password=a+b| host:5432          | db  | ann | a b",
                "postgresql://host/db                           | host:5432          | db  | -   | -",
                "postgres://host:5433/db                        | host:5433          | db  | -   | -",
                "postgresql://ann@host                          | host:5432          | -   | ann | -",
                "postgresql://ann:pw@host/db                    | host:5432          | db  | ann | pw",
                "postgresql://ann:@host/db                      | host:5432          | db  | ann | -",
                "postgresql://host/db?user=ann&password=a+b     | host:5432          | db  | ann | a+b",
                "postgresql://ann:p%40s%2Bs+%26%2F@h1:1,h2/d%2Fb| h1:1, h2:5432      | d/b | ann | p@s+s+&/",
                "jdbc:postgresql://[::1]:5433,[fe80::1]/db      | [::1]:5433, [fe80::1]:5432 | db | - | -",
            })
    void isReadInBothForms(String url, String hosts, String database, String user, String password) {
        DatabaseAddress address = DatabaseUrl.parse(url).address();

        assertThat(address.hostsText()).isEqualTo(hosts);
        assertThat(address.database()).isEqualTo(Optional.ofNullable(database));
        assertThat(address.user()).isEqualTo(Optional.ofNullable(user));
        assertThat(address.password()).isEqualTo(Optional.ofNullable(password));
        assertThat(String.valueOf(address)).doesNotContain("pw");
    }

    @Test
    void takesTheParametersThatAreKnown() {
        DatabaseUrl url = DatabaseUrl.parse(
                "postgresql://host/db?sslmode=prefer&targetServerType=primary&channelBinding=require");

        assertThat(url.tls()).contains(TlsMode.PREFER);
        assertThat(url.channelBinding()).contains("require");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "options=-c%20search_path%3Dx",
                "options=",
                "Options=a",
                "OPTIONS=a",
                "%6fptions=a",
                "%6F%50tions=a",
                "user=ann&options=a",
                "options=a&options=b",
                "options=a@b"
            })
    void neverTakesOptions(String query) {
        assertRefused("jdbc:postgresql://host/db?" + query, "the parameter options", "settings of our sessions");
        if (!query.contains("@")) {
            assertRefused("postgresql://ann:hunter2@host/db?" + query, "the parameter options");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "currentSchema",
                "sslfactory",
                "sslfactoryarg",
                "sslrootcert",
                "socketFactory",
                "loggerFile",
                "service",
                "authenticationPluginClassName",
                "socketTimeout",
                "ApplicationName",
                "User",
                "sslMode",
                "PGHOST",
                "host",
                "search_path"
            })
    void takesNoOtherParameterAndNamesIt(String name) {
        assertRefused("jdbc:postgresql://host/db?" + name + "=a", "the parameter " + name);
        assertRefused("postgresql://host/db?user=ann&" + name + "=a", "the parameter " + name);
        String encoded = "%" + Integer.toHexString(name.charAt(0)) + name.substring(1);
        assertRefused("postgresql://host/db?" + encoded + "=a", "the parameter " + name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://host/db?sslmode=require&sslmode=disable   | has the parameter sslmode twice",
                "jdbc:postgresql://host/db?user=a&%75ser=b              | has the parameter user twice",
                "postgresql://ann:hunter2@host/db?password=x            | has the parameter password twice",
                "postgresql://ann@host/db?user=bob                      | has the parameter user twice",
                "postgresql://host/db?user                              | without a name or a value",
                "postgresql://host/db?=a                                | without a name or a value",
                "postgresql://host/db?sslmode=allow                     | allow would send plain text",
                "postgresql://host/db?sslmode=perhaps                   | sslmode in database-url",
                "postgresql://host/db?targetServerType=any              | targetServerType",
                "postgresql://host/db?channelBinding=maybe              | channelBinding",
                "postgresql:///db                                       | list of hosts",
                "postgresql://host:99999/db                             | the port of host",
                "postgresql://h1,,h2/db                                 | list of hosts",
                "jdbc:postgresql:db                                     | has an unknown form",
                "jdbc:postgres://host/db                                | has an unknown form",
                "mysql://ann:hunter2@host/db                            | has an unknown form",
                "http://host                                            | has an unknown form"
            })
    void saysWhatIsWrong(String url, String what) {
        assertRefused(url, what);
    }

    /** A password that is not encoded makes a URL with another meaning. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ann:hunter2@host/db",
                "postgresql://ann:hunter2%zz@host/db",
                "postgresql://ann:x/hunter2@host/db",
                "postgresql://ann:x?hunter2=a@host/db",
                "postgresql://ann:hunter2/db",
                "postgresql://ann:hunter2:x@host:hunter2/db",
                "jdbc:postgresql://ann:hunter2@host/db",
                "jdbc:postgresql://host/db?user=ann&password=a&hunter2",
                "jdbc:postgresql://host/db?user=ann&password=a&hunter2=b",
                "jdbc:postgresql://host/db?user=ann&password=hunter2&password=hunter2",
                "jdbc:postgresql://host/db?sslmode=hunter2",
                "jdbc:postgresql:ann:hunter2@shop"
            })
    void isNotShownWhenItCannotBeRead(String url) {
        assertRefused(url, "database-url");
    }

    private static void assertRefused(String url, String... texts) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(texts)
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }
}
