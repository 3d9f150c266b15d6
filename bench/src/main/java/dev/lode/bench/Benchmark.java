package dev.lode.bench;

import java.io.IOException;

/// One row of the table of results. A new benchmark is a class that implements this and a line in
/// [Registry].
public interface Benchmark {
    /// Lower case with dashes.
    String name();

    /// What is done, in half a line.
    String work();

    /// What it is compared with, in half a line; empty where the target is absolute.
    String against();

    Target target();

    /// Makes its data where that is missing, starts what it needs, measures, and leaves nothing but
    /// the data behind. Tells on the way what it does through [Bench#say].
    ///
    /// @throws NotHere when this machine lacks something that it needs
    Verdict run(Bench bench) throws IOException, InterruptedException, NotHere;
}
