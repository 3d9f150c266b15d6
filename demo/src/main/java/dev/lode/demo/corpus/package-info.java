/// A made-up CourtListener snapshot of any size that behaves like a real one: the same files,
/// columns, dialects, sizes and relations, and, where asked for, the same and worse defects, each
/// counted in a file beside the data.
@NullMarked
package dev.lode.demo.corpus;

import org.jspecify.annotations.NullMarked;
