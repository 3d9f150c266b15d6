package dev.lode.postgres.swap;

/// An outgoing foreign key of the old table as it is made on the new one.
///
/// @param statement that adds it NOT VALID
/// @param validate whether every row is to be checked: the old one vouched for its rows
/// @param referenced table it points to on the new side, quoted
record ShadowKey(String name, String statement, boolean validate, String referenced) {}
