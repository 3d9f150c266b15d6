package dev.lode.engine.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which machine this is. Services can only be started where they were stopped, and a data root may
/// lie on a volume that several machines share.
///
/// @param host its name
/// @param boot id of this boot of its kernel; empty where the system has none
public record ThisMachine(String host, String boot) {
    /// Asks the system.
    public static ThisMachine ask() {
        return new ThisMachine(
                firstLine(Path.of("/proc/sys/kernel/hostname")),
                firstLine(Path.of("/proc/sys/kernel/random/boot_id")));
    }

    /// Whether another is the same machine: the same kernel (also from within another container,
    /// whose host name differs), or the same name after it was started anew.
    public boolean is(ThisMachine other) {
        return (!boot.isEmpty() && boot.equals(other.boot)) || host.equals(other.host);
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            return "";
        }
    }
}
