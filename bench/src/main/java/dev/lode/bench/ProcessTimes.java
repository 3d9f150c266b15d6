package dev.lode.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What Linux tells about a process in `/proc`.
public final class ProcessTimes {
    private static final double TICKS = 100;
    private static final int USER = 11;
    private static final int CHILDREN_SYSTEM = 14;

    private ProcessTimes() {}

    /// CPU seconds of a process, of the children that it has waited for, and of those that run.
    public static double cpuSeconds(long pid) {
        var process = ProcessHandle.of(pid);
        return Stream.concat(process.stream(), process.stream().flatMap(ProcessHandle::descendants))
                .mapToDouble(one -> own(one.pid()))
                .sum();
    }

    private static double own(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name in brackets may hold blanks.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double ticks = 0;
            for (int i = USER; i <= CHILDREN_SYSTEM; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks / TICKS;
        } catch (IOException e) {
            // It has just ended; its parent has its times.
            return 0;
        }
    }

    /// Resident memory in MiB; 0 when there is no such process any more.
    public static double residentMebibytes(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            // It has just ended.
            return 0;
        }
    }
}
