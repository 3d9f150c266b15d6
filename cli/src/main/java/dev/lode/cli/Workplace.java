package dev.lode.cli;

import dev.lode.cli.progress.JsonProgress;
import dev.lode.cli.progress.PlainProgress;
import dev.lode.cli.progress.TerminalProgress;
import dev.lode.cli.settings.Setting;
import dev.lode.cli.settings.Settings;
import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.Secret;
import dev.lode.core.Suggestion;
import dev.lode.core.event.RunEvent;
import dev.lode.core.event.RunListener;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.ServicesSpec;
import dev.lode.embedded.EmbeddedServer;
import dev.lode.embedded.EmbeddedSettings;
import dev.lode.engine.load.CopySettings;
import dev.lode.engine.load.LoadSettings;
import dev.lode.engine.publish.PublishPlace;
import dev.lode.engine.services.JournalFolder;
import dev.lode.engine.services.ServiceSettings;
import dev.lode.engine.services.ServicesByHand;
import dev.lode.engine.services.ServicesPause;
import dev.lode.format.Decoders;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.format.csv.CutSettings;
import dev.lode.postgres.Database;
import dev.lode.postgres.DatabaseSettings;
import dev.lode.postgres.FirstConnection;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.load.CopyWay;
import dev.lode.postgres.load.LoadLimits;
import dev.lode.postgres.load.RunOrigin;
import dev.lode.postgres.schema.ApplySettings;
import dev.lode.postgres.space.SpaceLimits;
import dev.lode.source.RetryPolicy;
import dev.lode.store.DataRoot;
import dev.lode.store.Disk;
import dev.lode.store.TempFiles;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything a verb needs, made from the settings when it is first asked for: the one place where
/// the parts are wired. Use one instance for one command, from one thread.
final class Workplace {
    /// What a load takes of the heap beside decoding, at least: batches that are cut, wait and are
    /// sent.
    private static final ByteSize BEHIND_DECODERS = ByteSize.mebibytes(160);

    private final GlobalOptions options;
    private final Map<String, String> environment;
    private final Path folder;
    private final Settings settings;
    private @Nullable DataRoot dataRoot;
    private boolean embeddedOnly;

    Workplace(GlobalOptions options) {
        this(options, Map.of());
    }

    /// @param flags of the verb itself, on top of the global ones
    Workplace(GlobalOptions options, Map<Setting, String> flags) {
        this.options = options;
        this.environment = options.surroundings().environment();
        this.folder = options.surroundings().folder();
        var given = new EnumMap<Setting, String>(Setting.class);
        options.dataRoot().ifPresent(path -> given.put(Setting.DATA_ROOT, path.toString()));
        options.databaseUrl().ifPresent(url -> given.put(Setting.DATABASE_URL, url));
        options.databaseHost().ifPresent(host -> given.put(Setting.DB_HOST, host));
        options.databasePort().ifPresent(port -> given.put(Setting.DB_PORT, String.valueOf(port)));
        options.databaseName().ifPresent(name -> given.put(Setting.DB_NAME, name));
        options.databaseUser().ifPresent(user -> given.put(Setting.DB_USER, user));
        given.putAll(flags);
        this.settings = Settings.read(given, environment, folder);
        FirstConnection.prepare();
    }

    /// The same, with the embedded server whatever database the settings name: for what must not
    /// touch the user's.
    Workplace embeddedOnly() {
        embeddedOnly = true;
        return this;
    }

    GlobalOptions options() {
        return options;
    }

    Settings settings() {
        return settings;
    }

    Packs packs() {
        return new Packs(
                settings.text(Setting.PACKS).map(folder::resolve),
                Path.of(System.getProperty("lode.home", folder.toString())));
    }

    Pack pack(String dataset) {
        return packs().pack(dataset);
    }

    /// The data root, made where it is missing and remembered.
    DataRoot dataRoot() {
        if (dataRoot == null) {
            var named =
                    settings.text(Setting.DATA_ROOT).map(text -> folder.resolve(expanded(text)));
            var root = DataRoot.open(options.surroundings().dataRoot(named), Disk.LOCAL);
            TempFiles.sweep(root);
            dataRoot = root;
        }
        return dataRoot;
    }

    /// A leading `~` is for shells; in `lode.yaml` and `.env` none has replaced it.
    private Path expanded(String text) {
        return text.equals("~") || text.startsWith("~/")
                ? options.surroundings().home().resolve(text.substring(Math.min(2, text.length())))
                : Path.of(text);
    }

    /// The database that the settings name, or the embedded server, started where it does not run.
    ///
    /// @param schema where unqualified names go
    OpenDatabase database(String schema) {
        if (databaseNamed() && !embeddedOnly) {
            var theirs = databaseSettings();
            return new OpenDatabase(
                    theirs, guarded(new Database(theirs, schema, serverAway())), Optional.empty());
        }
        var server = EmbeddedServer.open(embeddedFolder(), EmbeddedSettings.standard());
        var address = server.address();
        var own =
                new DatabaseSettings(
                        address.host(),
                        address.port(),
                        address.database(),
                        address.user(),
                        Optional.of(address.password()),
                        Map.of());
        return new OpenDatabase(
                own, guarded(new Database(own, schema, serverAway())), Optional.of(server));
    }

    /// The same as the engine sees it, within the settings' bounds.
    TargetDatabase target(OpenDatabase database) {
        return new TargetDatabase(
                database.connections(),
                database.where(),
                ApplySettings.defaults().withMemory(settings.size(Setting.BUILD_MEMORY)));
    }

    /// Whether the settings name a database; else it is the embedded server.
    boolean databaseNamed() {
        return settings.text(Setting.DATABASE_URL).isPresent()
                || settings.text(Setting.DB_HOST).isPresent()
                || settings.text(Setting.DB_NAME).isPresent()
                || settings.text(Setting.DB_PORT).isPresent()
                || settings.text(Setting.DB_USER).isPresent();
    }

    /// Where the embedded server keeps its files.
    Path embeddedFolder() {
        return dataRoot().path().resolve("postgres");
    }

    private Database guarded(Database database) {
        options.interruption().onStop(database::cancelAll);
        return database;
    }

    private DatabaseSettings databaseSettings() {
        var user = settings.text(Setting.DB_USER).orElse(System.getProperty("user.name"));
        var options =
                settings.text(Setting.DB_SSLMODE)
                        .map(mode -> Map.of("sslmode", mode))
                        .orElse(Map.of());
        var absent =
                new DatabaseSettings(
                        settings.text(Setting.DB_HOST).orElse("127.0.0.1"),
                        settings.text(Setting.DB_PORT).isPresent()
                                ? settings.number(Setting.DB_PORT, 1, 65535)
                                : 5432,
                        settings.text(Setting.DB_NAME).orElse(user),
                        user,
                        settings.text(Setting.DB_PASSWORD).map(Secret::of),
                        options);
        return settings.text(Setting.DATABASE_URL)
                .map(url -> DatabaseSettings.parse(url, absent))
                .orElse(absent);
    }

    LoadSettings loadSettings(boolean again) {
        var cut =
                new CutSettings(
                        settings.size(Setting.SPLIT_SIZE),
                        settings.size(Setting.MAX_RECORD),
                        settings.size(Setting.LOOK_AHEAD),
                        CutSettings.DEFAULT.keptRaw(),
                        CutSettings.DEFAULT.maxDamage());
        var rejectBytes = settings.size(Setting.REJECT_BYTES);
        if (rejectBytes.compareTo(ByteSize.mebibytes(512)) > 0) {
            throw LodeException.usage(
                    "reject-bytes: \"" + rejectBytes + "\" is out of bounds: at most 512 MiB");
        }
        return new LoadSettings(
                settings.number(Setting.WORKERS, 1, 64),
                cut,
                new LoadLimits((int) rejectBytes.bytes(), serverAway()),
                leaseTimeout(),
                again,
                new SuspendChoices(settings).load(),
                settings.flag(Setting.ACCEPT_VANISHED).orElse(false),
                new CopySettings(
                        CopyWay.wish(settings.text(Setting.COPY).orElse("auto")),
                        settings.number(Setting.STREAMS, 0, CopySettings.MOST_STREAMS)),
                settings.flag(Setting.ACCEPT_OLDER).orElse(false));
    }

    /// How long a database server that is away, or has no connection left, is waited for.
    Duration serverAway() {
        return Duration.ofSeconds(settings.number(Setting.SERVER_AWAY, 0, 86_400));
    }

    /// How long a holder of a dataset may be silent.
    Duration leaseTimeout() {
        return Duration.ofSeconds(settings.number(Setting.LEASE_TIMEOUT, 1, 86_400));
    }

    /// Where nothing is staged, and so nothing reads it: a word that makes no sense is told all the
    /// same.
    ///
    /// @throws LodeException of kind USAGE
    void checkDiskBudget() {
        settings.text(Setting.DISK_BUDGET).ifPresent(_ -> settings.size(Setting.DISK_BUDGET));
    }

    /// How far the database's disk may be filled.
    SpaceLimits spaceLimits() {
        return new SpaceLimits(
                settings.text(Setting.DB_SPACE).map(_ -> settings.size(Setting.DB_SPACE)),
                settings.size(Setting.DB_RESERVE),
                Duration.ofSeconds(settings.number(Setting.DB_CHECK, 1, 3600)),
                Duration.ofSeconds(settings.number(Setting.DB_WAIT, 0, 30 * 86_400)));
    }

    /// The services that a load of the dataset stops: those of `lode.yaml`, else of the pack. None
    /// for what must not touch anything of the user's.
    ServicesSpec services(Pack pack) {
        var word = settings.text(Setting.SERVICES).orElse("declared");
        if (!Set.of("declared", "none").contains(word)) {
            throw LodeException.usage(
                    "services: \""
                            + word
                            + "\" is unknown: expected declared or none"
                            + Suggestion.hint(word, Set.of("declared", "none")));
        }
        return embeddedOnly || word.equals("none")
                ? ServicesSpec.NONE
                : settings.services().orElse(pack.services());
    }

    ServiceSettings serviceSettings() {
        return new ServiceSettings(
                folder,
                settings.text(Setting.COMPOSE_FOLDER).map(text -> folder.resolve(expanded(text))),
                settings.text(Setting.DOCKER).orElse("docker"),
                Duration.ofSeconds(settings.number(Setting.SERVICES_TIMEOUT, 1, 86_400)),
                Duration.ofSeconds(settings.number(Setting.SERVICES_START, 0, 86_400)),
                Duration.ofSeconds(settings.number(Setting.SERVICES_EVERY, 0, 86_400)),
                settings.number(Setting.SERVICES_RETURNS, 0, 1000));
    }

    ServicesByHand servicesByHand(Pack pack, RunListener listener) {
        return new ServicesByHand(
                services(pack),
                serviceSettings(),
                new JournalFolder(dataRoot()),
                pack.dataset(),
                listener);
    }

    /// Keeps other writers away for a run; the caller ends it.
    ServicesPause servicesPause(Pack pack, String database, RunListener listener) {
        var origin = origin();
        var settings = serviceSettings();
        var spec = services(pack);
        // Whoever gives services back needs more time than one who only writes down where it is.
        var patience = settings.limit().plus(settings.startLimit()).multipliedBy(2);
        RunListener patient =
                event -> {
                    if (event instanceof RunEvent.StageStarted stage
                            && stage.stage().endsWith(" services")) {
                        options.interruption().patience(patience);
                    }
                };
        return new ServicesPause(
                spec,
                settings,
                new JournalFolder(dataRoot()),
                pack.dataset(),
                database,
                origin.host() + "-" + origin.pid(),
                patient.and(listener));
    }

    /// The data root as a place for publications.
    ///
    /// @param isPrivate whether nobody is served from there
    PublishPlace published(boolean isPrivate) {
        return new PublishPlace(dataRoot(), dataRoot().folder("published"), isPrivate);
    }

    /// How often and how patiently requests to a source are tried again.
    RetryPolicy retryPolicy() {
        return new RetryPolicy(
                settings.number(Setting.FETCH_ATTEMPTS, 1, 1000),
                RetryPolicy.DEFAULT.firstWait(),
                RetryPolicy.DEFAULT.longestWait());
    }

    /// Threads and memory of bzip2 decoding; the caller closes it.
    BlockPool blockPool() {
        int wanted = settings.number(Setting.DECODE_THREADS, 0, 256);
        int threads = wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
        int lanes = settings.number(Setting.DECODE_LANES, 0, BlockPool.MAX_LANES);
        return lanes == 0
                ? BlockPool.within(threads, forDecoding(Runtime.getRuntime().maxMemory()))
                : new BlockPool(threads, lanes);
    }

    /// Half of the heap, and less of a small one: what comes behind the decoder has to fit, too.
    static ByteSize forDecoding(long heap) {
        return ByteSize.of(Math.max(0, Math.min(heap / 2, heap - BEHIND_DECODERS.bytes())));
    }

    Decoders decoders(BlockPool pool) {
        return new Decoders(pool);
    }

    RunOrigin origin() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return new RunOrigin(host, ProcessHandle.current().pid(), RootCommand.Version.number());
    }

    /// How a run is shown.
    ///
    /// @param out for JSON lines
    /// @param err for people
    Progress progress(PrintWriter out, PrintWriter err) {
        if (options.json()) {
            var json = new JsonProgress(out);
            return new Progress(json, Optional.of(json), () -> {});
        }
        boolean terminal =
                onTerminal() && !"dumb".equals(environment.get("TERM")) && !options.quiet();
        if (terminal) {
            var moving = new TerminalProgress(err, width());
            return new Progress(moving, Optional.empty(), moving::end);
        }
        return new Progress(new PlainProgress(err, options.quiet()), Optional.empty(), () -> {});
    }

    // Error Prone says it cannot be null, the JDK says it can: where its provider is switched off.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    private int width() {
        try {
            return Math.max(40, Integer.parseInt(environment.getOrDefault("COLUMNS", "120")));
        } catch (NumberFormatException e) {
            return 120;
        }
    }

    /// A listener, and what ends it.
    ///
    /// @param json where the summary goes, when programs read
    record Progress(RunListener listener, Optional<JsonProgress> json, Runnable end)
            implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }
}
