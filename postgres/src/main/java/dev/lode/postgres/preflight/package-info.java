/// What is checked about every file and its table before the first row is written.
@NullMarked
package dev.lode.postgres.preflight;

import org.jspecify.annotations.NullMarked;
