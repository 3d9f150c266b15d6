/// Lode's own disk as a budget: which items of a snapshot are staged, which one after another, and
/// which are streamed; and the supply that does so.
@NullMarked
package dev.lode.engine.budget;

import org.jspecify.annotations.NullMarked;
