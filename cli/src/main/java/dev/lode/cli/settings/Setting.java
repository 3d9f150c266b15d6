package dev.lode.cli.settings;

import java.util.List;
import java.util.Locale;

/// A setting that a user can change. The key is the flag without its dashes and the key in
/// `lode.yaml`.
public enum Setting {
    DATABASE_URL("where the database is: postgresql://user@host:port/name", "", "DATABASE_URL"),
    DB_HOST("host of the database", "", "PGHOST"),
    DB_PORT("port of the database", "", "PGPORT"),
    DB_NAME("name of the database", "", "PGDATABASE"),
    DB_USER("user of the database", "", "PGUSER"),
    DB_PASSWORD("password of the database; never a flag", "", "PGPASSWORD"),
    DB_SSLMODE("disable, allow, prefer, require, verify-ca or verify-full", "", "PGSSLMODE"),
    DATA_ROOT("where files are kept", ""),
    PACKS("folder of packs beside the built-in ones", ""),
    WORKERS("items loaded at the same time", "2", "MAX_WORKERS"),
    DECODE_THREADS("threads that decode bzip2 blocks; 0 for one per processor", "0"),
    DECODE_LANES(
            "bzip2 blocks that one thread decodes in step, 16 at most; 0 for as many as fit into"
                    + " half of the heap, or less of a small one",
            "0"),
    SPLIT_SIZE("decoded bytes of one transaction", "16MiB"),
    MAX_RECORD("longest record", "256MiB"),
    LOOK_AHEAD("how far the next sound record is looked for after a damaged one", "16MiB"),
    COPY("how rows travel to the server: auto, binary, text or csv", "auto"),
    STREAMS("COPY streams of one item at the same time; 0 for as many as pay", "0"),
    REJECT_BYTES("bytes of a rejected record that are kept", "1MiB"),
    SERVER_AWAY(
            "seconds a database server is waited for that is away or has no connection left", "60"),
    DISK_BUDGET("room for files in the store; 0 streams everything", ""),
    STORE_RESERVE("room left free on the store's disk when no budget is given", "1GiB"),
    STREAM_AHEAD("memory of reading one item ahead that is streamed", "16MiB"),
    DB_SPACE("what the database may grow by in a run", ""),
    DB_RESERVE("room left free on the database's disk, where it can be seen", "1GiB"),
    DB_CHECK("seconds between looks at the database's disk", "5"),
    DB_WAIT("seconds a run waits for room on the database's disk", "3600"),
    SUSPEND(
            "indexes and keys of your own tables while rows come in: auto, never or always",
            "auto"),
    EXCLUSIVE(
            "true when nobody else needs to write the tables during a load: they are fenced, and"
                    + " foreign keys may be suspended too",
            "false"),
    ORPHANS("rows that suspended keys miss: keep, reject or fail, in place of the pack's word", ""),
    RESTORE_WORKERS("indexes and keys made at the same time; 0 for one per processor, 2 to 8", "0"),
    BUILD_MEMORY("memory on the server of all indexes and keys made at the same time", "512MiB"),
    ACCEPT_VANISHED("true where more rows may vanish than the pack's limit allows", "false"),
    ACCEPT_OLDER("true where a snapshot may take back a newer one", "false"),
    LEASE_TIMEOUT("seconds after which a silent run counts as dead", "60"),
    SERVICES("services stopped while loading: declared or none", "declared"),
    COMPOSE_FOLDER("folder of the docker compose file, in place of the declared one", ""),
    DOCKER("the docker program", "docker"),
    SERVICES_TIMEOUT("seconds that one command on services may take", "120"),
    SERVICES_START("seconds in which started services have to run", "120"),
    SERVICES_EVERY("seconds between looks whether a stopped service came back; 0 for never", "30"),
    SERVICES_RETURNS("how often services that came back are stopped again", "3"),
    S3_ENDPOINT("URL of an S3-compatible store", ""),
    S3_BUCKET("bucket of the source", ""),
    S3_PREFIX("prefix of the source's keys", ""),
    S3_REGION("region of the bucket", "", "AWS_REGION", "AWS_DEFAULT_REGION"),
    S3_ANONYMOUS("true for unsigned requests", ""),
    S3_PATH_STYLE("true where the bucket stands in the path", ""),
    INCOMING("where files of a dataset appear: a folder or s3://bucket/prefix", ""),
    PROCESSED("where files go that are loaded: a folder or s3://bucket/prefix", ""),
    FAILED("where files go that cannot be loaded: a folder or s3://bucket/prefix", ""),
    QUEUE("URL of an SQS queue that tells of new objects", ""),
    QUEUE_HIDDEN("seconds that a message is kept from other watchers, at a time", "60"),
    QUEUE_ENDPOINT("URL of an SQS-compatible service", ""),
    POLL("milliseconds between looks at the incoming place", "1000"),
    SETTLE(
            "milliseconds that a file of a folder stays as it is before it is read; 0 where"
                    + " finished files are renamed into the folder",
            "1000"),
    SWEEP("seconds between listings of a whole bucket, where looks begin at its end", "15"),
    MAX_LOAD("workers for old files at most; live files have one of their own", "2"),
    SLOW_FACTOR(
            "how many times slower than at rest the database may be before old files wait", "4"),
    GROUP_FILES("files of one transaction at most", "32"),
    GROUP_SIZE("bytes of files of one transaction at most", "8MiB"),
    INTAKE_MEMORY("bytes of files in memory at the same time", "64MiB"),
    WAITING_FILES(
            "old files kept in mind at most; where as many are loaded and cannot be moved, no more"
                    + " old ones are taken in",
            "10000"),
    FILE_ATTEMPTS("attempts at a file whose trouble may pass", "8"),
    FILE_DEATHS("processes that may die with a file in hand before it counts as the cause", "2"),
    FILE_PAUSE("milliseconds before the second attempt at a file; doubles each time", "5000"),
    FILE_REFUSALS(
            "records of a file that the database may refuse one by one before the file fails",
            "50"),
    FILE_CONFLICTS("attempts at a transaction that met a deadlock or the like", "10"),
    STUCK("seconds without progress after which a watcher says so", "180"),
    BULK("true to take indexes and foreign keys away while many old files come in", "false"),
    BULK_FILES("old files that have to wait before that is done", "100"),
    BULK_SIZE("or their bytes", "16MiB"),
    BULK_IDLE("seconds without old files after which a watch gives them back", "60"),
    BACKUP("file that pg_dump writes before; none is made without", ""),
    BACKUP_TIMEOUT("seconds that it may take", "86400"),
    BETWEEN("hours in which old files are loaded, such as 22:00-06:00", ""),
    CREATE_TABLES("false where files wait for tables that you make", "true"),
    COPY_FILES("files copied at the same time", "8"),
    FETCH_FILES("files fetched at the same time", "4"),
    FETCH_RANGES("ranges of one file fetched at the same time", "2"),
    FETCH_TIMEOUT("seconds without a byte after which a request is given up", "60"),
    FETCH_ATTEMPTS("attempts at one request", "6"),
    PUBLISH_WORKERS("archives built at the same time, each with a connection", "2"),
    PUBLISH_CODEC(
            "what compresses tar.gz, jsonl.gz and csv.gz: auto (libdeflate where this machine has"
                    + " it), zlib or libdeflate",
            "auto"),
    PUBLISH_LEVEL("how hard, 1 to 9", "6"),
    PUBLISH_UPLOADS("files uploaded at the same time, each with 16 MiB of memory", "4"),
    PUBLISH_KEYS("changed items read one by one; where there are more, all are read", "250000"),
    SNAPSHOT_LIMIT("minutes that the database's snapshot may be held for publishing", "1440");

    private final String meaning;
    private final String absent;

    // Made by List.copyOf: immutable, although its type does not say so.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> environment;

    Setting(String meaning, String absent, String... alsoKnownAs) {
        this.meaning = meaning;
        this.absent = absent;
        var names = new java.util.ArrayList<String>();
        names.add("LODE_" + name());
        names.addAll(List.of(alsoKnownAs));
        this.environment = List.copyOf(names);
    }

    /// The flag without dashes, and the key in `lode.yaml`.
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String meaning() {
        return meaning;
    }

    /// The value when nobody says anything; empty for none.
    public String absent() {
        return absent;
    }

    /// Names of environment variables, the first that is set wins.
    public List<String> environment() {
        return environment;
    }

    /// Whether its value must never be shown.
    public boolean secret() {
        return this == DB_PASSWORD || this == DATABASE_URL;
    }
}
