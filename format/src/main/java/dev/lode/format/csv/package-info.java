/// CSV: cut at record boundaries first, parsed second; what cannot be either is a reject, never the
/// end of a file.
@NullMarked
package dev.lode.format.csv;

import org.jspecify.annotations.NullMarked;
