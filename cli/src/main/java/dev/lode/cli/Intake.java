package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.core.LodeException;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.place.Place;
import dev.lode.core.place.PlaceAddress;
import dev.lode.engine.backup.PgDump;
import dev.lode.engine.intake.BulkSettings;
import dev.lode.engine.intake.IntakePlaces;
import dev.lode.engine.intake.WatchSettings;
import dev.lode.engine.intake.Window;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.document.SessionLimits;
import dev.lode.source.sqs.SqsQueue;
import dev.lode.store.place.FolderPlace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/// Places and bounds of a dataset's intake, from settings, the pack, and what holds when neither
/// says anything.
final class Intake {
    private final Workplace workplace;
    private final Pack pack;

    /// @throws LodeException of kind USAGE when the dataset has no documents to take in
    Intake(Workplace workplace, Pack pack) {
        this.workplace = workplace;
        this.pack = pack;
        if (pack.documents().isEmpty()) {
            throw LodeException.usage(
                    "dataset '"
                            + pack.dataset()
                            + "': its pack declares no documents, so no files are taken in; lode"
                            + " sync "
                            + pack.dataset()
                            + " loads its snapshots");
        }
    }

    /// All three; the caller closes them. Folders are made where they are missing.
    IntakePlaces places() {
        var incoming = address(Setting.INCOMING, pack.intake().incoming(), "incoming");
        return new IntakePlaces(
                place(incoming),
                place(address(Setting.PROCESSED, pack.intake().processed(), "processed")),
                place(address(Setting.FAILED, pack.intake().failed(), "failed")),
                incoming instanceof PlaceAddress.Bucket);
    }

    /// The queue that tells of new objects, where one is named.
    Optional<SqsQueue> queue() {
        return workplace
                .settings()
                .text(Setting.QUEUE)
                .or(() -> pack.intake().queue())
                .map(
                        url -> {
                            var incoming =
                                    address(Setting.INCOMING, pack.intake().incoming(), "incoming");
                            if (incoming instanceof PlaceAddress.Bucket bucket) {
                                return new Sources(workplace.settings()).queue(url, bucket);
                            }
                            throw LodeException.usage(
                                    "queue \""
                                            + url
                                            + "\": tells of objects of a bucket, but files appear"
                                            + " in \""
                                            + incoming
                                            + "\"; nothing was taken in; name the bucket, or leave"
                                            + " out the queue");
                        });
    }

    private Place place(PlaceAddress address) {
        var place = new Sources(workplace.settings()).place(address, Path.of(""));
        return place instanceof FolderPlace folder ? folder.made() : place;
    }

    /// Folders of settings are below the working folder, those of the pack below the data root.
    private PlaceAddress address(Setting setting, Optional<String> packs, String folder) {
        var given = workplace.settings().text(setting);
        if (given.isPresent()) {
            var named = PlaceAddress.parse(given.get());
            if (named instanceof PlaceAddress.Folder) {
                refuseLost(setting, Path.of(named.toString()).toAbsolutePath());
            }
            return named;
        }
        var own = packs.map(PlaceAddress::parse);
        if (own.isPresent() && own.get() instanceof PlaceAddress.Bucket) {
            return own.get();
        }
        var root = workplace.dataRoot().path();
        return new PlaceAddress.Folder(
                own.map(address -> root.resolve(address.toString()))
                        .orElseGet(() -> root.resolve(folder).resolve(pack.dataset()))
                        .toString());
    }

    /// A folder that is missing is made; a path of which nothing is there was mistyped.
    private static void refuseLost(Setting setting, Path folder) {
        var above = folder.getParent();
        if (above != null && !Files.exists(folder) && !Files.isDirectory(above)) {
            throw LodeException.usage(
                    setting.key()
                            + " \""
                            + folder
                            + "\": is not there, and neither is \""
                            + above
                            + "\"; nothing was taken in; correct the path, or mkdir -p it");
        }
    }

    /// Bounds of loading files.
    SessionLimits sessionLimits() {
        var settings = workplace.settings();
        return new SessionLimits(
                settings.number(Setting.FILE_REFUSALS, 0, 1_000_000),
                settings.number(Setting.FILE_CONFLICTS, 1, 1000),
                workplace.serverAway());
    }

    /// @param backup what is said or done before a backload takes keys and indexes away
    WatchSettings settings(BulkSettings.Precaution backup) {
        var settings = workplace.settings();
        var standard = WatchSettings.DEFAULT;
        return new WatchSettings(
                Duration.ofMillis(settings.number(Setting.POLL, 10, 3_600_000)),
                Duration.ofMillis(settings.number(Setting.SETTLE, 0, 3_600_000)),
                Duration.ofSeconds(settings.number(Setting.SWEEP, 1, 86_400)),
                settings.number(Setting.MAX_LOAD, 1, 64),
                settings.number(Setting.SLOW_FACTOR, 1, 1000),
                settings.number(Setting.GROUP_FILES, 1, 1000),
                settings.size(Setting.GROUP_SIZE),
                settings.size(Setting.INTAKE_MEMORY),
                settings.number(Setting.WAITING_FILES, 1, 1_000_000),
                settings.number(Setting.FILE_ATTEMPTS, 1, 1000),
                settings.number(Setting.FILE_DEATHS, 1, 1000),
                Duration.ofMillis(settings.number(Setting.FILE_PAUSE, 1, 3_600_000)),
                standard.longestPause(),
                workplace.leaseTimeout(),
                Duration.ofSeconds(settings.number(Setting.STUCK, 1, 86_400)),
                settings.flag(Setting.CREATE_TABLES).orElse(true),
                settings.text(Setting.BETWEEN)
                        .map(text -> Window.parse(text, ZoneId.systemDefault())),
                sessionLimits(),
                workplace.spaceLimits(),
                new BulkSettings(
                        settings.flag(Setting.BULK).orElse(false),
                        // More than can wait would be waited for in vain.
                        Math.min(
                                settings.number(Setting.BULK_FILES, 1, 1_000_000),
                                settings.number(Setting.WAITING_FILES, 1, 1_000_000)),
                        settings.size(Setting.BULK_SIZE),
                        Duration.ofSeconds(settings.number(Setting.BULK_IDLE, 0, 86_400)),
                        new SuspendChoices(settings).workers(),
                        backup));
    }

    /// What stands before a backload that takes keys and indexes away: a backup where one was asked
    /// for, else the word that none was made.
    ///
    /// @throws LodeException of kind USAGE when it cannot be written where it should go
    BulkSettings.Precaution backup(DatabaseSettings database, RunListener listener) {
        var settings = workplace.settings();
        var limit = Duration.ofSeconds(settings.number(Setting.BACKUP_TIMEOUT, 1, 30 * 86_400));
        var schemas = List.of(pack.schema(), "lode");
        var file = settings.text(Setting.BACKUP);
        if (file.isEmpty()) {
            String command =
                    new PgDump(database, schemas, Path.of(pack.dataset() + ".dump"), limit)
                            .command();
            return () ->
                    listener.on(
                            new RunEvent.Note(
                                    false,
                                    "indexes and foreign keys go away for a while, and no backup"
                                            + " was asked for; --backup FILE makes one first, or: "
                                            + command));
        }
        var dump =
                new PgDump(database, schemas, Path.of(file.get()).toAbsolutePath(), limit).check();
        return () -> {
            listener.on(new RunEvent.Note(false, "backup: " + dump.command()));
            listener.on(new RunEvent.Note(false, "backup: " + dump.run()));
        };
    }
}
