/// What a run leaves for people and programs: summaries and reports.
@NullMarked
package dev.lode.engine.report;

import org.jspecify.annotations.NullMarked;
