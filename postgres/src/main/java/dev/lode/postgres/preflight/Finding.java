package dev.lode.postgres.preflight;

/// Something the pre-flight found.
///
/// @param place file and table, and the column where there is one
/// @param sentence what is wrong, expected against found
/// @param remedy what to do; empty where nothing has to be done
public record Finding(Severity severity, String place, String sentence, String remedy) {
    /// How bad it is.
    public enum Severity {
        /// The load cannot begin.
        ERROR,
        /// It can, and someone should know.
        WARNING,
        /// Worth showing in a plan.
        INFO
    }

    @Override
    public String toString() {
        return place + ": " + sentence + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
