/// Benchmarks of single classes with JMH, for those who change them: `bench/jmh`.
@NullMarked
package dev.lode.bench.jmh;

import org.jspecify.annotations.NullMarked;
