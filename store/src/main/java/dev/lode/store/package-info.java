@NullMarked
package dev.lode.store;

import org.jspecify.annotations.NullMarked;
