@NullMarked
package dev.lode.parquet;

import org.jspecify.annotations.NullMarked;
