/// The data root on disk: where everything lies, how a file comes to be there whole or not at all,
/// what a fetch left.
@NullMarked
package dev.lode.store;

import org.jspecify.annotations.NullMarked;
