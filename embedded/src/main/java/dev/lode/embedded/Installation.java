package dev.lode.embedded;

import dev.lode.core.LodeException;

import java.nio.file.Path;

/// Programs of PostgreSQL that are ready to run.
///
/// @param bin the folder with `initdb`, `pg_ctl` and `postgres`
/// @param version such as `18.6`
/// @param major such as `18`
public record Installation(Path bin, String version, int major) {
    /// @throws LodeException RESOURCE when `version` does not begin with a number
    static Installation in(Path bin, String version) {
        int end = 0;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        if (end == 0) {
            throw LodeException.resource(
                    "\""
                            + bin
                            + "\": \""
                            + version
                            + "\" is not a version of PostgreSQL; nothing was started; name the"
                            + " folder of a released server");
        }
        return new Installation(bin, version, Integer.parseInt(version.substring(0, end)));
    }

    String program(String name) {
        return bin.resolve(name).toString();
    }
}
