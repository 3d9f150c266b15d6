package dev.lode.postgres.catalog;

import dev.lode.core.TableName;

/// Something the role may not do to a table, and the command that lets it.
///
/// @param privilege SELECT, INSERT, UPDATE, DELETE, USAGE (of the schema) or OWNER
/// @param place `table 'x'` or `schema 'x'`
/// @param lack what the role may not
/// @param remedy who runs which command
/// @param command SQL for the owner or a superuser
public record MissingPrivilege(
        TableName table,
        String privilege,
        String place,
        String lack,
        String remedy,
        String command) {
    /// For a person, the command at its end.
    public String sentence() {
        return place + ": " + lack + "; nothing was changed; " + remedy;
    }
}
