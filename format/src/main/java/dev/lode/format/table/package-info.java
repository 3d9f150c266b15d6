/// Files that hold rows by columns and types, as Parquet: what the rest of Lode knows of them. Who
/// writes them is found when it is needed, since its libraries are large.
@NullMarked
package dev.lode.format.table;

import org.jspecify.annotations.NullMarked;
