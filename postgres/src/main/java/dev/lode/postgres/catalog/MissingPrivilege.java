package dev.lode.postgres.catalog;

import dev.lode.core.TableName;

/// Something the role may not do to a table, and the command that lets it.
///
/// @param privilege SELECT, INSERT, UPDATE, DELETE, USAGE (of the schema) or OWNER
/// @param sentence for a person, the command at its end
/// @param command SQL for the owner or a superuser
public record MissingPrivilege(TableName table, String privilege, String sentence, String command) {}
