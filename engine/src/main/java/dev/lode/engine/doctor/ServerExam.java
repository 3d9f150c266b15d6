package dev.lode.engine.doctor;

import dev.lode.core.ByteSize;
import dev.lode.postgres.catalog.ServerFacts;
import dev.lode.postgres.doctor.ServerTuning;

import java.util.ArrayList;
import java.util.List;

/// Judges a server's settings. Gains are measured ones (docs/reference/performance.md says how);
/// where a setting was not measured alone, that is said. Nothing here makes a crash less safe.
final class ServerExam {
    private static final String AREA = "server";
    private static final String RELOAD = "; SELECT pg_reload_conf();";
    private static final String RESTART = "; and restart the server";
    private static final String TOGETHER =
            "not measured alone; max_wal_size, maintenance_work_mem and shared_buffers together"
                    + " with wal_level=minimal: a plain COPY takes 6 to 8 % less time";

    private final ServerFacts facts;
    private final ServerTuning tuning;
    private final int workers;

    /// @param workers items that a load takes at the same time
    ServerExam(ServerFacts facts, ServerTuning tuning, int workers) {
        this.facts = facts;
        this.tuning = tuning;
        this.workers = workers;
    }

    List<Diagnosis> diagnoses() {
        var found = new ArrayList<Diagnosis>();
        found.add(
                Diagnosis.well(
                        AREA,
                        "PostgreSQL "
                                + facts.majorVersion()
                                + "."
                                + facts.version() % 10000
                                + ", database \""
                                + facts.database()
                                + "\" of "
                                + tuning.database()
                                + ", role \""
                                + facts.role()
                                + "\""));
        safety(found);
        connections(found);
        compression(found);
        writeAhead(found);
        memory(found);
        return found;
    }

    private void safety(List<Diagnosis> found) {
        if (!tuning.fsync()) {
            found.add(
                    Diagnosis.broken(
                            AREA,
                            "fsync is off: a crash of the machine destroys the database",
                            "ALTER SYSTEM SET fsync = on" + RELOAD,
                            "the data survive"));
        }
        if (!tuning.fullPageWrites()) {
            found.add(
                    Diagnosis.broken(
                            AREA,
                            "full_page_writes is off: a crash in the middle of a write damages"
                                    + " pages",
                            "ALTER SYSTEM SET full_page_writes = on" + RELOAD,
                            "the data survive"));
        }
        if (!tuning.autovacuum()) {
            found.add(
                    Diagnosis.worth(
                            AREA,
                            "autovacuum is off: tables that are written again and again grow, and"
                                    + " plans go stale",
                            "ALTER SYSTEM SET autovacuum = on" + RELOAD,
                            "tables keep their size; not measured"));
        }
        if (tuning.synchronousCommit().equals("off")) {
            found.add(
                    Diagnosis.note(
                            AREA,
                            "synchronous_commit is off for this role: a crash of the server takes"
                                + " back the last commits; Lode's ledger goes with them, so they"
                                + " are loaded again",
                            "",
                            ""));
        }
    }

    private void connections(List<Diagnosis> found) {
        int needed = workers + 3;
        if (facts.freeConnections() < needed) {
            found.add(
                    Diagnosis.broken(
                            AREA,
                            facts.freeConnections()
                                    + " connections are free, a load with "
                                    + workers
                                    + " workers takes up to "
                                    + needed,
                            "end idle sessions, raise max_connections (now "
                                    + facts.maxConnections()
                                    + "), or load with fewer --workers",
                            "the load can run"));
        }
    }

    private void compression(List<Diagnosis> found) {
        if (!facts.lz4()) {
            found.add(
                    Diagnosis.worth(
                            AREA,
                            facts.majorVersion() < 14
                                    ? "PostgreSQL " + facts.majorVersion() + " has no lz4"
                                    : "this build of PostgreSQL has no lz4",
                            "move to PostgreSQL 14 or newer, built with lz4 (as the packages of the"
                                    + " distributions are)",
                            "tables of long text load in 44 % of the time"));
        } else if (!tuning.toastCompression().equals("lz4")) {
            found.add(
                    Diagnosis.worth(
                            AREA,
                            "long values are compressed with "
                                    + tuning.toastCompression()
                                    + ", lz4 is there",
                            "ALTER SYSTEM SET default_toast_compression = 'lz4'" + RELOAD,
                            "tables of long text load in 44 % of the time, at about the same"
                                    + " size"));
        }
        if (tuning.walCompression().equals("off")) {
            found.add(
                    Diagnosis.note(
                            AREA,
                            "wal_compression is off",
                            "ALTER SYSTEM SET wal_compression = on" + RELOAD,
                            "less WAL to write and to send to standbys, for some processor time;"
                                    + " not measured"));
        }
    }

    private void writeAhead(List<Diagnosis> found) {
        if (tuning.maxWalSize().compareTo(ByteSize.parse("4GiB")) < 0) {
            found.add(
                    Diagnosis.worth(
                            AREA,
                            "max_wal_size is "
                                    + tuning.maxWalSize()
                                    + ": a bulk load makes checkpoints all the time",
                            "ALTER SYSTEM SET max_wal_size = '16GB'"
                                    + RELOAD
                                    + " (the disk of pg_wal needs the room)",
                            TOGETHER));
        }
        if (tuning.checkpointTimeout().toMinutes() < 15) {
            found.add(
                    Diagnosis.note(
                            AREA,
                            "checkpoint_timeout is "
                                    + tuning.checkpointTimeout().toMinutes()
                                    + " min",
                            "ALTER SYSTEM SET checkpoint_timeout = '30min'" + RELOAD,
                            "fewer full pages in the WAL, for a longer recovery after a crash; not"
                                    + " measured"));
        }
        boolean alone = tuning.standbys() == 0 && !tuning.archiving();
        if (!tuning.walLevel().equals("minimal") && alone) {
            found.add(
                    Diagnosis.note(
                            AREA,
                            "wal_level is "
                                    + tuning.walLevel()
                                    + " (max_wal_senders "
                                    + tuning.maxWalSenders()
                                    + "), and neither a standby nor an archive uses it now",
                            "only where no standby, no pg_basebackup and no archive is wanted:"
                                    + " ALTER SYSTEM SET wal_level = 'minimal'; ALTER SYSTEM SET"
                                    + " max_wal_senders = 0"
                                    + RESTART,
                            "the first load of a new table of short rows takes 64 to 71 % of the"
                                    + " time, of long text the same"));
        }
    }

    private void memory(List<Diagnosis> found) {
        if (tuning.maintenanceWorkMem().compareTo(ByteSize.parse("256MiB")) < 0) {
            found.add(
                    Diagnosis.worth(
                            AREA,
                            "maintenance_work_mem is "
                                    + tuning.maintenanceWorkMem()
                                    + ": indexes are sorted on disk",
                            "ALTER SYSTEM SET maintenance_work_mem = '1GB'" + RELOAD,
                            TOGETHER));
        }
        if (tuning.sharedBuffers().compareTo(ByteSize.parse("512MiB")) < 0) {
            found.add(
                    Diagnosis.worth(
                            AREA,
                            "shared_buffers is " + tuning.sharedBuffers(),
                            "ALTER SYSTEM SET shared_buffers to a quarter of the machine's memory"
                                    + RESTART,
                            TOGETHER
                                    + "; with 128 MB, two million rows whose keys came in random"
                                    + " order took 11 to 16 times as long as without a key, and"
                                    + " a fifth of that with the key made afterwards"));
        }
    }
}
