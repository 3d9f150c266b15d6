@NullMarked
package dev.lode.source;

import org.jspecify.annotations.NullMarked;
