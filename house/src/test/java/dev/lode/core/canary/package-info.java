/// Classes that break a rule of the house on purpose.
@NullMarked
package dev.lode.core.canary;

import org.jspecify.annotations.NullMarked;
