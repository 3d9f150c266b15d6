package dev.lode.postgres;

import dev.lode.testkit.postgres.Db;

import java.util.Map;
import java.util.Optional;

/// Connections to the database of a test.
public final class TestDatabase {
    private TestDatabase() {}

    public static Database of(Db db) {
        return new Database(
                new DatabaseSettings(
                        db.server().host(),
                        db.server().port(),
                        db.database(),
                        db.user(),
                        Optional.of(db.password()),
                        Map.of()),
                "public");
    }
}
