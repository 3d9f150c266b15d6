@NullMarked
package dev.lode.publish.archive;

import org.jspecify.annotations.NullMarked;
