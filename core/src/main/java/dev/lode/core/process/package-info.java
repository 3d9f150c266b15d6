/// Programs of the system that Lode calls, bounded in time and output.
@NullMarked
package dev.lode.core.process;

import org.jspecify.annotations.NullMarked;
