/// The words of Lode as values: what every other module speaks in. Pure: no I/O beyond reading a
/// pack's text.
@NullMarked
package dev.lode.core;

import org.jspecify.annotations.NullMarked;
