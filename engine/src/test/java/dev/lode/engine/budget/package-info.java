@NullMarked
package dev.lode.engine.budget;

import org.jspecify.annotations.NullMarked;
