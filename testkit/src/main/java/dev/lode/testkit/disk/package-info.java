/// Faults of a disk.
@NullMarked
package dev.lode.testkit.disk;

import org.jspecify.annotations.NullMarked;
