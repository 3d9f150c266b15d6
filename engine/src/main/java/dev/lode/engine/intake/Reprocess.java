package dev.lode.engine.intake;

import dev.lode.core.pack.Pack;
import dev.lode.core.place.Content;
import dev.lode.core.place.KeyRules.KeyPattern;
import dev.lode.engine.document.DocumentLoader;
import dev.lode.engine.document.IncomingFile;
import dev.lode.format.Decoders;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.document.DocumentGuard;
import dev.lode.postgres.document.FileResult;
import dev.lode.postgres.document.SessionLimits;
import dev.lode.postgres.intake.IntakeLedger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Loads processed files again on purpose, after the mapping changed: the rows of each are replaced
/// in one transaction, and the file stays where it is.
public final class Reprocess {
    private static final int MOST = 1_000_000;

    private final Pack pack;
    private final TargetDatabase database;
    private final IntakePlaces places;
    private final Decoders decoders;
    private final SessionLimits limits;

    public Reprocess(
            Pack pack,
            TargetDatabase database,
            IntakePlaces places,
            Decoders decoders,
            SessionLimits limits) {
        this.pack = pack;
        this.database = database;
        this.places = places;
        this.decoders = decoders;
        this.limits = limits;
    }

    /// What became of the files.
    ///
    /// @param loaded files whose rows were replaced
    /// @param left sentences about those that stay as they were
    public record Done(long loaded, List<String> left) {
        public Done {
            left = List.copyOf(left);
        }
    }

    /// The files that would be loaded again, by their keys.
    public List<IntakeLedger.Processed> find(KeyPattern pattern) {
        return database.intake(pack.dataset()).processed("%", MOST).stream()
                .filter(file -> pattern.matches(file.key()))
                .toList();
    }

    public Done run(List<IntakeLedger.Processed> files) throws InterruptedException {
        long loaded = 0;
        var left = new ArrayList<String>();
        var target = database.documents(pack);
        try (var session =
                target.session("lode reprocess " + pack.dataset(), DocumentGuard.NONE, limits)) {
            var loader = new DocumentLoader(pack, decoders, session);
            for (var file : files) {
                var found = places.processed().find(file.target());
                if (found.isEmpty()) {
                    left.add(
                            file.key()
                                    + ": is not in "
                                    + places.processed().name()
                                    + " as "
                                    + file.target()
                                    + "; its rows stay as they are");
                    continue;
                }
                if (places.processed().open(found.get()) instanceof Content.Bytes(var stream)) {
                    try (stream) {
                        var bytes = stream.readAllBytes();
                        switch (loader.reprocess(new IncomingFile(file.key(), bytes))) {
                            case FileResult.Loaded _ -> loaded++;
                            case FileResult.Duplicate _ -> loaded++;
                            case FileResult.Failed failed ->
                                    left.add(failed.reason() + "; its rows stay as they are");
                        }
                    } catch (IOException e) {
                        left.add(file.key() + ": reading it was cut short: " + e);
                    }
                } else {
                    left.add(file.key() + ": changed while it was to be read");
                }
            }
        }
        return new Done(loaded, left);
    }
}
