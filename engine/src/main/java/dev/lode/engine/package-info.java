@NullMarked
package dev.lode.engine;

import org.jspecify.annotations.NullMarked;
