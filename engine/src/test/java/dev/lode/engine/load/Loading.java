package dev.lode.engine.load;

import dev.lode.core.ContentHasher;
import dev.lode.core.FileBytes;
import dev.lode.core.Secret;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.engine.plan.NamePattern;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.testkit.postgres.Db;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Loads files of a folder into a test database, by a pack written in the test.
final class Loading {
    static final LocalDate DATE = LocalDate.of(2026, 6, 30);

    private final Path folder;
    private final Pack pack;
    private LoadSettings settings = LoadSettings.standard();
    private RunListener listener = RunListener.SILENT;
    private Connections connections;

    Loading(Db db, Path folder, String packYaml) {
        this.folder = folder;
        this.pack = PackReader.parse(folder, packYaml.replace("SCHEMA", db.schema()));
        this.connections = new Database(settings(db), db.schema());
    }

    static DatabaseSettings settings(Db db) {
        return new DatabaseSettings(
                db.server().host(),
                db.server().port(),
                db.database(),
                db.user(),
                Optional.of(Secret.of(db.password().reveal())),
                Map.of());
    }

    Loading with(LoadSettings changed) {
        settings = changed;
        return this;
    }

    Loading listening(RunListener changed) {
        listener = changed;
        return this;
    }

    Loading over(Connections changed) {
        connections = changed;
        return this;
    }

    Connections connections() {
        return connections;
    }

    Loading file(String item, String content) throws IOException {
        return file(item, content.getBytes(StandardCharsets.UTF_8));
    }

    Loading file(String item, byte[] content) throws IOException {
        Files.write(folder.resolve(name(item)), content);
        return this;
    }

    private String name(String item) {
        return new NamePattern(pack.snapshot()).name(item, DATE);
    }

    LocalSnapshot snapshot() throws IOException {
        var items = new ArrayList<LocalItem>();
        for (var table : pack.tables()) {
            var path = folder.resolve(name(table.item()));
            if (Files.exists(path)) {
                var bytes = FileBytes.of(path);
                items.add(new LocalItem(table, bytes.name(), bytes, ContentHasher.hash(bytes)));
            }
        }
        return new LocalSnapshot(DATE, items);
    }

    Checks.Result check() throws IOException {
        try (var pool = new BlockPool(2, 4)) {
            return new Checks(
                            pack,
                            new TargetDatabase(connections, "test"),
                            new Decoders(pool),
                            dev.lode.postgres.preflight.Finding.Severity.WARNING)
                    .check(snapshot());
        }
    }

    List<ItemReport> load() throws IOException, InterruptedException {
        var database = new TargetDatabase(connections, "test");
        database.migrateLedger();
        try (var pool = new BlockPool(2, 4)) {
            var decoders = new Decoders(pool);
            var checked =
                    new Checks(
                                    pack,
                                    database,
                                    decoders,
                                    dev.lode.postgres.preflight.Finding.Severity.WARNING)
                            .check(snapshot());
            checked.throwIfWrong();
            try (var session =
                    database.begin(
                            pack.dataset(),
                            "load",
                            Optional.of(DATE),
                            new RunOrigin("test", 1, "test"),
                            settings.leaseTimeout(),
                            () -> {})) {
                var reports =
                        new LoadOperation(
                                        session, decoders, CopyUnderTest.forced(settings), listener)
                                .load(checked.tasks());
                session.finish("completed", null, "{}");
                return reports;
            }
        }
    }

    RejectRetry retry() {
        return new RejectRetry(
                pack,
                new TargetDatabase(connections, "test"),
                CopyUnderTest.forced(settings),
                new RunOrigin("test", 1, "test"),
                listener);
    }

    Pack pack() {
        return pack;
    }
}
