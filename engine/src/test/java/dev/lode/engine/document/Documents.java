package dev.lode.engine.document;

import dev.lode.core.Secret;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.postgres.Connections;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.document.DocumentGuard;
import dev.lode.postgres.document.FileResult;
import dev.lode.postgres.document.SessionLimits;
import dev.lode.testkit.postgres.Db;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Loads documents into a test database, by a pack written in the test or that of a folder.
final class Documents {
    private final Db db;
    private final Pack pack;
    private Connections connections;
    private DocumentGuard guard = DocumentGuard.NONE;
    private SessionLimits limits = new SessionLimits(3, 10, Duration.ofSeconds(20));

    Documents(Db db, Pack pack) {
        this.db = db;
        this.pack = pack;
        this.connections = new Database(settings(), pack.schema());
    }

    static Documents of(Db db, String yaml) {
        return new Documents(
                db, PackReader.parse(Path.of("test"), yaml.replace("SCHEMA", db.schema())));
    }

    private DatabaseSettings settings() {
        return new DatabaseSettings(
                db.server().host(),
                db.server().port(),
                db.database(),
                db.user(),
                Optional.of(Secret.of(db.password().reveal())),
                Map.of());
    }

    Documents over(Connections changed) {
        connections = changed;
        return this;
    }

    Documents guarded(DocumentGuard changed) {
        guard = changed;
        return this;
    }

    Documents within(SessionLimits changed) {
        limits = changed;
        return this;
    }

    Connections connections() {
        return connections;
    }

    Documents ledger() {
        new TargetDatabase(connections, "test").migrateLedger();
        return this;
    }

    interface Work<T> {
        T with(DocumentLoader loader) throws InterruptedException;
    }

    <T> T with(Work<T> work) throws InterruptedException {
        var target = new TargetDatabase(connections, "test").documents(pack);
        try (var pool = new BlockPool(1, 2);
                var session = target.session("documents", guard, limits)) {
            return work.with(new DocumentLoader(pack, new Decoders(pool), session));
        }
    }

    /// Loads files, given as name and content in turn, in one group.
    List<FileResult> load(String... namesAndContents) throws InterruptedException {
        var files = new ArrayList<IncomingFile>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            files.add(file(namesAndContents[i], namesAndContents[i + 1]));
        }
        return with(loader -> loader.load(files));
    }

    static IncomingFile file(String name, String content) {
        return new IncomingFile(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /// What became of files, in short.
    static List<String> words(List<FileResult> results) {
        return results.stream()
                .map(
                        result ->
                                switch (result) {
                                    case FileResult.Loaded loaded ->
                                            "loaded "
                                                    + loaded.counts().inserted()
                                                    + "+"
                                                    + loaded.counts().rejected();
                                    case FileResult.Duplicate duplicate ->
                                            "duplicate of " + duplicate.of();
                                    case FileResult.Failed failed -> "failed " + failed.kind();
                                })
                .toList();
    }
}
