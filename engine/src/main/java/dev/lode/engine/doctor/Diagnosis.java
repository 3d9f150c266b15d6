package dev.lode.engine.doctor;

/// One thing that was looked at.
///
/// @param area what it belongs to: data root, disk, services, server, ledger, tables
/// @param what a sentence
/// @param remedy what to do, a command where there is one; empty when nothing is
/// @param gain what doing it brings, measured where a figure stands; empty when nothing is to do
public record Diagnosis(Level level, String area, String what, String remedy, String gain) {
    /// How bad it is.
    public enum Level {
        /// As it should be.
        WELL,
        /// Worth knowing; nothing has to be done.
        NOTE,
        /// Something would be better otherwise.
        WORTH_DOING,
        /// A load fails, or data or services are at risk.
        BROKEN
    }

    static Diagnosis well(String area, String what) {
        return new Diagnosis(Level.WELL, area, what, "", "");
    }

    static Diagnosis note(String area, String what, String remedy, String gain) {
        return new Diagnosis(Level.NOTE, area, what, remedy, gain);
    }

    static Diagnosis worth(String area, String what, String remedy, String gain) {
        return new Diagnosis(Level.WORTH_DOING, area, what, remedy, gain);
    }

    static Diagnosis broken(String area, String what, String remedy, String gain) {
        return new Diagnosis(Level.BROKEN, area, what, remedy, gain);
    }
}
