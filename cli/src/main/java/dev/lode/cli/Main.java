package dev.lode.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The process: hands the words of the command line to [Lode] and ends with its exit code.
public final class Main {
    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        var interruption = new Interruption();
        interruption.guard();
        int exitCode = new Lode(Verb.all(), out, err, interruption).run(List.of(args));
        out.flush();
        err.flush();
        interruption.end();
        // While the process goes down by a signal this waits for ever, and the signal decides the
        // exit code: 130 or 143.
        System.exit(exitCode);
    }
}
