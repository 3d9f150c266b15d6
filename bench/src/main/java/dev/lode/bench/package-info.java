/// Benchmarks of Lode against other tools. `bench/run` starts [Main]; each [Benchmark] pairs Lode
/// with another way of doing the same work, on the same machine, in the same minutes, and ends with
/// one [Verdict].
///
/// Nothing here is shipped, and no test runs a benchmark.
@NullMarked
package dev.lode.bench;

import org.jspecify.annotations.NullMarked;
