/// The target database: how to reach it, and what its errors mean.
@NullMarked
package dev.lode.postgres;

import org.jspecify.annotations.NullMarked;
