/// Files as the Waze feed of a city sends them, the same bytes for the same specification: an
/// active city in which alerts and jams begin, change and end, seen every two minutes.
@NullMarked
package dev.lode.demo.waze;

import org.jspecify.annotations.NullMarked;
