/// A pack: the folder that declares a dataset without Java.
@NullMarked
package dev.lode.core.pack;

import org.jspecify.annotations.NullMarked;
