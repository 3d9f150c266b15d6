@NullMarked
package dev.lode.postgres.suspend;

import org.jspecify.annotations.NullMarked;
