package dev.lode.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the operating system says about processes: from `/proc` where there is one, else from Java.
final class Processes {
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /// Whether the process runs; a zombie does not.
    static boolean alive(long pid) {
        boolean exists = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        return exists && state(pid) != 'Z';
    }

    /// The whole command line with spaces between its words; empty when the system does not tell.
    static Optional<String> commandLine(long pid) {
        try {
            String line =
                    Files.readString(PROC.resolve(pid + "/cmdline")).replace('\0', ' ').strip();
            return line.isEmpty() ? Optional.empty() : Optional.of(line);
        } catch (IOException e) {
            return ProcessHandle.of(pid).flatMap(process -> process.info().commandLine());
        }
    }

    /// Ends the sessions that a dead server left in `data`: PostgreSQL does not start while they
    /// are attached to its memory, and a busy one notices late that its server is gone.
    ///
    /// @return how many there were
    static int endSessionsOf(Path data) {
        List<ProcessHandle> sessions = sessionsOf(data);
        sessions.forEach(ProcessHandle::destroyForcibly);
        return sessions.size();
    }

    private static List<ProcessHandle> sessionsOf(Path data) {
        var sessions = new ArrayList<ProcessHandle>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(String.valueOf(process.getFileName()));
                if (worksIn(process, data)
                        && commandLine(pid)
                                .filter(line -> line.startsWith("postgres: "))
                                .isPresent()) {
                    ProcessHandle.of(pid).ifPresent(sessions::add);
                }
            }
        } catch (IOException e) {
            // No /proc on this system: the sessions end by themselves, only later.
            return List.of();
        }
        return sessions;
    }

    private static boolean worksIn(Path process, Path folder) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(folder);
        } catch (IOException e) {
            // It has ended, or belongs to a user we may not look at: not one of ours.
            return false;
        }
    }

    /// Whether a process is attached to the System V shared memory `id`; true when the system does
    /// not tell.
    static boolean attachedTo(long id) {
        if (id < 0) {
            return false;
        }
        try {
            for (String line : Files.readAllLines(PROC.resolve("sysvipc/shm"))) {
                String[] words = line.strip().split("\\s+", -1);
                if (words.length > 6 && words[1].equals(Long.toString(id))) {
                    return !words[6].equals("0");
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static char state(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            int end = stat.lastIndexOf(')');
            return end + 2 < stat.length() ? stat.charAt(end + 2) : '?';
        } catch (IOException e) {
            return '?';
        }
    }
}
