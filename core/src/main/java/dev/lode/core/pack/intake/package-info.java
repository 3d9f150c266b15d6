/// What a pack says about files that are taken in as they arrive.
@NullMarked
package dev.lode.core.pack.intake;

import org.jspecify.annotations.NullMarked;
