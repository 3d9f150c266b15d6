@NullMarked
package dev.lode.engine.intake;

import org.jspecify.annotations.NullMarked;
