package dev.lode.engine.load;

import dev.lode.core.ContentHasher;
import dev.lode.core.FileBytes;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.engine.plan.NamePattern;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Database;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.testkit.postgres.Db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;

/// Whole runs, one snapshot after another, into tables that the test made.
final class Snapshots {
    private final Path folder;
    private final Pack pack;
    private LoadSettings settings = LoadSettings.standard();
    private RunListener listener = RunListener.SILENT;
    private Connections connections;
    private ApplySettings bounds = ApplySettings.defaults();

    /// @param tables what `schema.sql` says; tables that exist stay as they are
    Snapshots(Db db, Path folder, String packYaml, String tables) throws IOException {
        this.folder = folder;
        this.pack = PackReader.parse(folder, packYaml.replace("SCHEMA", db.schema()));
        this.connections = new Database(Loading.settings(db), db.schema());
        Files.writeString(folder.resolve("schema.sql"), tables);
    }

    Pack pack() {
        return pack;
    }

    Snapshots with(LoadSettings changed) {
        settings = changed;
        return this;
    }

    Snapshots listening(RunListener changed) {
        listener = changed;
        return this;
    }

    Snapshots over(Connections changed) {
        connections = changed;
        return this;
    }

    Snapshots patient(ApplySettings changed) {
        bounds = changed;
        return this;
    }

    Snapshots file(String item, LocalDate date, String content) throws IOException {
        Files.writeString(
                folder.resolve(new NamePattern(pack.snapshot()).name(item, date)), content);
        return this;
    }

    LoadReport load(LocalDate date) throws IOException, InterruptedException {
        var items = new ArrayList<LocalItem>();
        for (var table : pack.tables()) {
            var path = folder.resolve(new NamePattern(pack.snapshot()).name(table.item(), date));
            if (Files.exists(path)) {
                var bytes = FileBytes.of(path);
                items.add(new LocalItem(table, bytes.name(), bytes, ContentHasher.hash(bytes)));
            }
        }
        try (var pool = new BlockPool(2, 4)) {
            return new DatasetLoad(
                            pack,
                            new TargetDatabase(connections, "test", bounds),
                            new Decoders(pool),
                            CopyUnderTest.forced(settings),
                            new RunOrigin("test", 1, "test"),
                            listener)
                    .run(new LocalSnapshot(date, items), "load", () -> {});
        }
    }

    Snapshots acceptingVanished() {
        settings = settings.acceptingVanished(true);
        return this;
    }

    RejectRetry retry() {
        return new RejectRetry(
                pack,
                new TargetDatabase(connections, "test", bounds),
                CopyUnderTest.forced(settings),
                new RunOrigin("test", 1, "test"),
                listener);
    }
}
