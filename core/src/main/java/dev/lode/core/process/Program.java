package dev.lode.core.process;

import dev.lode.core.LodeException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// One program that runs to its end: without input, within a time, with the beginning of its output
/// kept.
public final class Program {
    /// Bytes of standard output, and as many of standard error, that are kept.
    public static final int OUTPUT_LIMIT = 64 << 10;

    /// How long output is waited for after the program ended: a daemon that it left behind may hold
    /// its pipe for ever.
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private Program() {}

    /// How a program ended and what it said.
    ///
    /// @param output at most its first [#OUTPUT_LIMIT] bytes, without blanks around it
    /// @param errors the same of standard error; empty where the caller joined the two
    /// @param whole whether `output` is all that the program said there
    public record Result(int exit, String output, String errors, boolean whole) {
        public boolean succeeded() {
            return exit == 0;
        }
    }

    /// Runs what a builder describes. Folder, environment and redirections are the builder's.
    ///
    /// @param limit after which the program and those it started are killed
    /// @throws LodeException of kind RESOURCE when it cannot be started or does not end in time
    /// @throws InterruptedException when this thread is interrupted; the program is killed then
    public static Result run(ProcessBuilder builder, Duration limit) throws InterruptedException {
        String name = String.valueOf(Path.of(builder.command().getFirst()).getFileName());
        Process process;
        Captured output;
        Captured errors;
        try {
            process = builder.start();
            output = Captured.of(process.getInputStream());
            errors = Captured.of(process.getErrorStream());
            process.getOutputStream().close();
        } catch (IOException e) {
            throw LodeException.resource(
                    "program \""
                            + name
                            + "\": cannot be run: "
                            + e.getMessage()
                            + "; install it or check that it is executable",
                    e);
        }
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
                throw LodeException.resource(
                        "program \""
                                + name
                                + "\": not done after "
                                + limit.toSeconds()
                                + " s; ended it; the machine may be overloaded or its disk stuck,"
                                + " start again");
            }
            String said = output.text();
            return new Result(process.exitValue(), said, errors.text(), output.whole());
        } catch (InterruptedException e) {
            kill(process);
            throw e;
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /// A stream that is read to its end by a thread of its own, and of which the beginning is kept.
    private static final class Captured {
        private final byte[] head = new byte[OUTPUT_LIMIT];
        private final Thread reader;
        private int length;
        private boolean whole;

        private Captured(InputStream stream) {
            this.reader = Thread.ofPlatform().daemon().name("output").unstarted(() -> read(stream));
        }

        static Captured of(InputStream stream) {
            var captured = new Captured(stream);
            captured.reader.start();
            return captured;
        }

        private void read(InputStream stream) {
            var buffer = new byte[4096];
            try (stream) {
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    keep(buffer, n);
                }
                ended();
            } catch (IOException e) {
                // A program that was killed leaves a closed pipe: what it said until then is kept.
                keep(buffer, 0);
            }
        }

        private synchronized void keep(byte[] bytes, int count) {
            int kept = Math.min(count, head.length - length);
            System.arraycopy(bytes, 0, head, length, kept);
            length += kept;
        }

        private synchronized void ended() {
            whole = length < head.length;
        }

        synchronized boolean whole() {
            return whole;
        }

        String text() throws InterruptedException {
            reader.join(LAST_WORDS);
            synchronized (this) {
                return new String(head, 0, length, StandardCharsets.UTF_8).strip();
            }
        }
    }
}
