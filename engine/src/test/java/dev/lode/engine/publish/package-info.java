@NullMarked
package dev.lode.engine.publish;

import org.jspecify.annotations.NullMarked;
