/// Loading with `lode load` against `psql` and what else people use.
@NullMarked
package dev.lode.bench.load;

import org.jspecify.annotations.NullMarked;
