@NullMarked
package dev.lode.engine.plan;

import org.jspecify.annotations.NullMarked;
