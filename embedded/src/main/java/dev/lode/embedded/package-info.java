@NullMarked
package dev.lode.embedded;

import org.jspecify.annotations.NullMarked;
