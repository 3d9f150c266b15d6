/// What a look at a server and its ledger finds, for people who ask whether all is well.
@NullMarked
package dev.lode.postgres.doctor;

import org.jspecify.annotations.NullMarked;
