/// What publishing asks the database: items as rows, all of one snapshot over several connections,
/// and what changed since an earlier one.
@NullMarked
package dev.lode.postgres.publish;

import org.jspecify.annotations.NullMarked;
