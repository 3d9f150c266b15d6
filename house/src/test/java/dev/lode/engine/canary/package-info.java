/// Classes that break a rule of the house on purpose.
@NullMarked
package dev.lode.engine.canary;

import org.jspecify.annotations.NullMarked;
