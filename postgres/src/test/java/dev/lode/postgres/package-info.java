@NullMarked
package dev.lode.postgres;

import org.jspecify.annotations.NullMarked;
