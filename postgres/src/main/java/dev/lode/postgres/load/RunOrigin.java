package dev.lode.postgres.load;

/// Who runs.
///
/// @param host name of the machine
/// @param pid of the process
/// @param version of Lode
public record RunOrigin(String host, long pid, String version) {
    /// `host-b (process 4711)`.
    public String holder() {
        return host + " (process " + pid + ")";
    }
}
