/// What will be done, decided before anything is done.
@NullMarked
package dev.lode.engine.plan;

import org.jspecify.annotations.NullMarked;
