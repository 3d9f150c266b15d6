@NullMarked
package dev.lode.postgres.preflight;

import org.jspecify.annotations.NullMarked;
