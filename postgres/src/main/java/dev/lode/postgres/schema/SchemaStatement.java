package dev.lode.postgres.schema;

import dev.lode.core.TableName;

import java.util.List;
import java.util.Optional;

/// A statement of a pack's `schema.sql`.
public sealed interface SchemaStatement {
    /// As it is written, without comments around it and without the semicolon.
    String sql();

    /// Where it begins, from 1.
    int line();

    /// Run before the rows.
    sealed interface Early extends SchemaStatement {
        /// What it makes or changes.
        SchemaObject object();
    }

    /// Makes a schema, extension, type, sequence, table or view.
    record Creation(String sql, int line, SchemaObject object) implements Early {}

    /// Changes or comments what a [Creation] before it made: run only together with that one.
    ///
    /// @param also another thing that has to be new, such as the table that is to own a sequence
    record Change(String sql, int line, SchemaObject object, Optional<SchemaObject> also)
            implements Early {
        Change(String sql, int line, SchemaObject object) {
            this(sql, line, object, Optional.empty());
        }
    }

    /// Run after the rows: an index or a foreign key.
    sealed interface Late extends SchemaStatement {
        /// Of the index or constraint.
        String name();

        /// The table it belongs to.
        TableName table();

        /// `index 'x' on 't'`, for sentences.
        String label();
    }

    /// CREATE INDEX.
    ///
    /// @param shape what follows the table's name, token by token in the catalog's spelling: `using
    ///   btree ( id )`
    record IndexDeclaration(
            String sql, int line, String name, TableName table, boolean unique, List<String> shape)
            implements Late {
        public IndexDeclaration {
            shape = List.copyOf(shape);
        }

        @Override
        public String label() {
            return "index '" + name + "' on '" + table + "'";
        }
    }

    /// ALTER TABLE ... ADD CONSTRAINT ... FOREIGN KEY.
    ///
    /// @param referencedColumns empty where the statement leaves them to the primary key
    /// @param notValid whether the statement itself says NOT VALID (or NOT ENFORCED): it is never
    ///   checked then
    record ForeignKeyDeclaration(
            String sql,
            int line,
            String name,
            TableName table,
            List<String> columns,
            TableName referencedTable,
            List<String> referencedColumns,
            boolean matchFull,
            boolean notValid)
            implements Late {
        public ForeignKeyDeclaration {
            columns = List.copyOf(columns);
            referencedColumns = List.copyOf(referencedColumns);
        }

        @Override
        public String label() {
            return "foreign key '" + name + "' of '" + table + "'";
        }
    }

    /// A comment on a [Late]: run in the transaction that makes it.
    ///
    /// @param on the name of the index or constraint
    /// @param table of a constraint; for an index the schema counts and the name is empty
    record LateComment(String sql, int line, String on, TableName table)
            implements SchemaStatement {}
}
