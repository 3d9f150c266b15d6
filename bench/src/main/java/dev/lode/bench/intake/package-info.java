/// Benchmarks of the intake: files of a Waze feed, from a folder into nine tables.
@NullMarked
package dev.lode.bench.intake;

import org.jspecify.annotations.NullMarked;
