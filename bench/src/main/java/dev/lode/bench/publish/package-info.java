/// Publishing: archives by court from a database.
@NullMarked
package dev.lode.bench.publish;

import org.jspecify.annotations.NullMarked;
