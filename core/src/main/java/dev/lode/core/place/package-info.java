/// Places that hold files under keys: a folder, or the objects of a bucket below a prefix. The same
/// words for both, so that copying and intake need not know which it is.
@NullMarked
package dev.lode.core.place;

import org.jspecify.annotations.NullMarked;
