/// The PostgreSQL server that Lode brings along: its programs are unpacked, its folder is made, it
/// is started detached, shared by every Lode of the host and stopped when nobody is left.
@NullMarked
package dev.lode.embedded;

import org.jspecify.annotations.NullMarked;
