package dev.lode.engine.publish;

import dev.lode.core.Secret;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.PackReader;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.publish.PublishDatabase;
import dev.lode.store.Disk;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A process that publishes, to be killed. Says `b` when it begins.
final class KilledPublish {
    private KilledPublish() {}

    /// @param args the folder, the database's URL, the schema
    public static void main(String[] args) throws InterruptedException {
        var folder = Path.of(args[0]);
        var pack =
                PackReader.parse(
                        folder,
                        Publishing.PUBLISH + Publishing.TRIGGERS + "schema: " + args[2] + "\n");
        var url = URI.create(args[1]);
        String[] user = url.getUserInfo().split(":", 2);
        var database =
                new Database(
                        new DatabaseSettings(
                                url.getHost(),
                                url.getPort(),
                                url.getPath().substring(1),
                                user[0],
                                Optional.of(Secret.of(user[1])),
                                Map.of("sslmode", "disable")),
                        args[2]);
        System.out.println("b");
        new DatasetPublish(
                        pack,
                        new PublishDatabase(database, "test", pack),
                        PublishPlace.of(folder, Disk.LOCAL, true),
                        Optional.empty(),
                        new PublishSettings(
                                2,
                                Compression.of("auto", 6),
                                Duration.ofMinutes(10),
                                100_000,
                                false,
                                Duration.ofSeconds(60)),
                        RunListener.SILENT,
                        InstantSource.system())
                .run(
                        DatasetPublish.chosen(pack, List.of("opinions")),
                        new RunOrigin("killed", ProcessHandle.current().pid(), "test"),
                        () -> {});
    }
}
