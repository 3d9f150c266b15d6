@NullMarked
package dev.lode.postgres.verify;

import org.jspecify.annotations.NullMarked;
