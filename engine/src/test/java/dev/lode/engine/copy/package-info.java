@NullMarked
package dev.lode.engine.copy;

import org.jspecify.annotations.NullMarked;
