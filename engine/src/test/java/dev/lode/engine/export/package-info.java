@NullMarked
package dev.lode.engine.export;

import org.jspecify.annotations.NullMarked;
