@NullMarked
package dev.lode.postgres.schema;

import org.jspecify.annotations.NullMarked;
