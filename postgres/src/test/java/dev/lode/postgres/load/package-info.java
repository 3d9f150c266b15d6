@NullMarked
package dev.lode.postgres.load;

import org.jspecify.annotations.NullMarked;
