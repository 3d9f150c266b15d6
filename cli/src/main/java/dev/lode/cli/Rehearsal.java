package dev.lode.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;

/// What the launcher runs once to teach the JVM which classes a start needs (JEP 514). It shows
/// every help to nobody and changes nothing anywhere.
public final class Rehearsal {
    private Rehearsal() {}

    /// Runs the rehearsal; the JVM writes its cache when the process ends.
    public static void main(String[] args) {
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        new Lode(Verb.all(), nobody, nobody).run(List.of("--help"));
        new Lode(Verb.all(), nobody, nobody).run(List.of("--version"));
        for (Verb verb : Verb.all()) {
            new Lode(Verb.all(), nobody, nobody).run(List.of(verb.name(), "--help"));
        }
    }
}
