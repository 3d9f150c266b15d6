@NullMarked
package dev.lode.postgres.catalog;

import org.jspecify.annotations.NullMarked;
