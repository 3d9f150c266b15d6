/// Looks at everything a load depends on and says what is wrong, what to do, and what that brings.
@NullMarked
package dev.lode.engine.doctor;

import org.jspecify.annotations.NullMarked;
