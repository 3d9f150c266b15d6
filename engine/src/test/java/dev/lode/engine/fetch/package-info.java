@NullMarked
package dev.lode.engine.fetch;

import org.jspecify.annotations.NullMarked;
