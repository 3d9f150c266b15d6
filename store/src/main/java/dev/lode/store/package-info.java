/// Everything that Lode writes to disk outside of PostgreSQL. [DataRoot] says where,
/// [TempFiles] holds what is under way, [AtomicFile] makes it whole in one step, and
/// [DownloadManifest] says what a snapshot holds. All of it writes through [Disk], so that a test
/// can make any single step fail.
@NullMarked
package dev.lode.store;

import org.jspecify.annotations.NullMarked;
