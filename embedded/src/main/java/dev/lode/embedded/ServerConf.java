package dev.lode.embedded;

import dev.lode.core.ByteSize;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The settings of the server, written anew at each start: safe (everything is synced, nobody but
/// the password's owner gets in), tuned for loading in bulk, and bounded by the machine's memory
/// and the disk's free space.
final class ServerConf {
    /// `sun_path` of a Unix socket holds 108 bytes with its end on Linux, 104 on macOS.
    private static final int LONGEST_SOCKET_PATH = 103;

    private final Map<String, String> settings = new LinkedHashMap<>();

    private ServerConf() {}

    /// @param major the server's major version
    /// @param port where it listens, on 127.0.0.1 alone
    /// @param sockets the private folder for its Unix socket
    /// @param overrides come last and win
    static ServerConf tuned(
            int major, int port, Path sockets, Path data, Map<String, String> overrides)
            throws IOException {
        var conf = new ServerConf();
        conf.access(port, sockets);
        conf.memory(major, machineMemory());
        conf.writing(Files.getFileStore(data).getUsableSpace());
        conf.messages(major);
        conf.settings.putAll(overrides);
        return conf;
    }

    private void access(int port, Path sockets) {
        String socket = sockets.resolve(".s.PGSQL.65535.lock").toString();
        boolean fits = socket.getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_PATH;
        set("listen_addresses", "127.0.0.1");
        set("port", port);
        set("unix_socket_directories", fits && !socket.contains(",") ? sockets.toString() : "");
        set("unix_socket_permissions", "0700");
        set("password_encryption", "scram-sha-256");
        set("max_connections", 50);
    }

    private void memory(int major, ByteSize memory) throws IOException {
        set("shared_buffers", mebibytes(memory.bytes() / 8, 128, 512));
        set("maintenance_work_mem", mebibytes(memory.bytes() / 16, 64, 512));
        set("work_mem", mebibytes(memory.bytes() / 128, 8, 64));
        set("effective_cache_size", mebibytes(memory.bytes() / 2, 256, 1 << 20));
        set("wal_buffers", "16MB");
        set("dynamic_shared_memory_type", sharedMemoryType());
        if (major >= 13) {
            set("hash_mem_multiplier", "2.0");
        }
    }

    private void writing(long free) {
        set("fsync", "on");
        set("full_page_writes", "on");
        set("synchronous_commit", "on");
        // No replica, no archive: rows copied into a table made in the same transaction need no log
        // of their own.
        set("wal_level", "minimal");
        set("max_wal_senders", 0);
        set("archive_mode", "off");
        set("max_wal_size", mebibytes(free / 16, 256, 4096));
        set("min_wal_size", "160MB");
        set("checkpoint_timeout", "15min");
        set("checkpoint_completion_target", "0.9");
        set("max_logical_replication_workers", 0);
        set("random_page_cost", "1.1");
        set("jit", "off");
        // A pack's tables are made in one transaction, with four locks each: room for ten thousand
        // of them, for some 30 MB.
        set("max_locks_per_transaction", 1024);
    }

    private void messages(int major) {
        set("timezone", "UTC");
        set("log_timezone", "UTC");
        set("lc_messages", "C");
        set("logging_collector", "off");
        set("log_destination", "stderr");
        set("log_line_prefix", "%m [%p] ");
        // What clients do wrong they are told; here it would fill the disk, and copy their data
        // into a log.
        set("log_min_messages", "log");
        set("log_min_error_statement", "panic");
        set("log_checkpoints", "off");
        if (major >= 15) {
            set("log_autovacuum_min_duration", "-1");
        }
    }

    /// Containers often give `/dev/shm` 64 MB, and a parallel index build dies there.
    private static String sharedMemoryType() throws IOException {
        Path shm = Path.of("/dev/shm");
        if (!Files.isDirectory(shm)) {
            return "posix";
        }
        FileStore store = Files.getFileStore(shm);
        return store.getTotalSpace() >= ByteSize.mebibytes(512).bytes() ? "posix" : "mmap";
    }

    /// What this machine has, or this container may use. Read from the system's files where there
    /// are any: Java's own answer takes longer to load than the server to start.
    private static ByteSize machineMemory() {
        long memory = number(Path.of("/proc/meminfo"), "MemTotal:") * 1024;
        for (String limit :
                List.of(
                        "/sys/fs/cgroup/memory.max",
                        "/sys/fs/cgroup/memory/memory.limit_in_bytes")) {
            long container = number(Path.of(limit), "");
            memory = container > 0 ? Math.min(memory, container) : memory;
        }
        if (memory <= 0
                && ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system) {
            memory = system.getTotalMemorySize();
        }
        return memory > 0 ? ByteSize.of(memory) : ByteSize.mebibytes(2048);
    }

    /// The number after `key` in a file of the system; 0 when there is no such file, key or number
    /// (`max`).
    private static long number(Path file, String key) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).replace("kB", "").strip())
                    .filter(
                            text ->
                                    !text.isEmpty()
                                            && text.length() < 18
                                            && text.chars().allMatch(Character::isDigit))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static String mebibytes(long bytes, long least, long most) {
        return Math.clamp(bytes >> 20, least, most) + "MB";
    }

    private void set(String name, Object value) {
        settings.put(name, value.toString());
    }

    /// The file's text.
    String text() {
        var text =
                new StringBuilder(
                        "# Written by Lode at each start of the server; changes here are lost.\n");
        settings.forEach(
                (name, value) ->
                        text.append(name)
                                .append(" = '")
                                .append(value.replace("'", "''"))
                                .append("'\n"));
        return text.toString();
    }
}
