/// What a loader in another language makes of the files of a Waze feed.
@NullMarked
package dev.lode.testkit.waze;

import org.jspecify.annotations.NullMarked;
