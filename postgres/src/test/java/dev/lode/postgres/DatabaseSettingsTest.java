package dev.lode.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.Optional;

class DatabaseSettingsTest {
    private static final DatabaseSettings ABSENT =
            new DatabaseSettings("127.0.0.1", 5432, "own", "me", Optional.empty(), Map.of());

    @ParameterizedTest
    @CsvSource({
        "postgresql://u@host:6543/db, u@host:6543/db",
        "postgresql://u:a:b%40c@cl_postgres/db, u@cl_postgres:5432/db",
        "jdbc:postgresql://cl_postgres:6543/db?user=v, v@cl_postgres:6543/db",
        "postgres://u@[::1]:6543/db, u@[::1]:6543/db",
        "postgresql://host:/db, me@host:5432/db",
        "postgresql:///db, me@127.0.0.1:5432/db"
    })
    void theHostIsTheOneNamed(String url, String where) {
        assertThat(DatabaseSettings.parse(url, ABSENT).describe()).isEqualTo(where);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u:secret@one:two:6543/db",
                "postgresql://u:secret@one,two/db",
                "postgresql://u:se@cret@host/db",
                "postgresql://u:secret@host:port/db",
                "postgresql://u:secret@host:0/db",
                "postgresql://u:secret@host:70000/db"
            })
    void aPlaceThatIsNotUnderstoodIsRefusedAndNeverReplacedByTheDefault(String url) {
        assertThatThrownBy(() -> DatabaseSettings.parse(url, ABSENT))
                .isInstanceOf(LodeException.class)
                .hasMessageStartingWith("DATABASE_URL: ")
                .hasMessageNotContainingAny("secret", "cret");
    }

    @Test
    void thePasswordIsTakenWhole() {
        var settings = DatabaseSettings.parse("postgresql://u:a:b%40c@cl_postgres/db", ABSENT);
        assertThat(settings.password().orElseThrow().reveal()).isEqualTo("a:b@c");
    }
}
