@NullMarked
package dev.lode.publish;

import org.jspecify.annotations.NullMarked;
