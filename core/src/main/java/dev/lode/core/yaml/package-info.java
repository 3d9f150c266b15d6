/// YAML read with line numbers, so that every mistake of a file can be reported together and with
/// its place.
@NullMarked
package dev.lode.core.yaml;

import org.jspecify.annotations.NullMarked;
