@NullMarked
package dev.lode.publish.s3;

import org.jspecify.annotations.NullMarked;
