package dev.lode.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.TableName;
import dev.lode.postgres.schema.SchemaStatement.Creation;
import dev.lode.postgres.schema.SchemaStatement.Early;
import dev.lode.postgres.schema.SchemaStatement.ForeignKeyDeclaration;
import dev.lode.postgres.schema.SchemaStatement.IndexDeclaration;
import dev.lode.postgres.schema.SchemaStatement.Late;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class SchemaScriptTest {
    @Test
    void statementsAreCutAtSemicolonsThatAreNotInsideAnything() {
        SchemaScript script =
                SchemaScript.parse(
                        "\uFEFF"
                                + """
                                -- a comment; with a semicolon
                                /* a block ; /* nested ; */ still ; */
                                CREATE TABLE "Odd ; ""name" ( -- ; inside
                                    a text DEFAULT 'it''s; here',
                                    b text DEFAULT E'back\\';slash', /* ; */
                                    c text DEFAULT $$dollar; $ 'quote$$,
                                    d text DEFAULT $tag$ $$ ; $tag$,
                                    e$1 integer CHECK (e$1 > 0)
                                );;
                                COMMENT ON TABLE "Odd ; ""name" IS '
                                ; two lines';
                                COMMENT ON COLUMN "Odd ; ""name".a IS $x$;$x$
                                """);

        assertThat(script.early())
                .extracting(
                        Early::line,
                        early -> early.object().name(),
                        early -> early instanceof Creation)
                .containsExactly(
                        tuple(3, "Odd ; \"name", true),
                        tuple(10, "Odd ; \"name", false),
                        tuple(12, "Odd ; \"name", false));
        assertThat(script.early().getFirst().sql()).startsWith("CREATE TABLE \"Odd").endsWith(")");
        assertThat(script.early().getLast().sql())
                .isEqualTo("COMMENT ON COLUMN \"Odd ; \"\"name\".a IS $x$;$x$");
    }

    @Test
    void namesWithoutASchemaGoToThePacksSchema() {
        SchemaScript script =
                SchemaScript.parse(
                        "schema.sql",
                        """
                        CREATE SCHEMA Other;
                        CREATE TABLE T1 (id integer PRIMARY KEY);
                        CREATE TABLE Other."T2" (id integer PRIMARY KEY, up integer);
                        CREATE INDEX I1 ON T1 (id);
                        create unique index if not exists "I 2" on only other."T2" using btree (up desc, "id") where up > 0;
                        ALTER TABLE ONLY other."T2" ADD CONSTRAINT "K" FOREIGN KEY (up) REFERENCES T1 ON DELETE CASCADE
                            DEFERRABLE;
                        alter table if exists t1 add constraint k2 foreign key (id, "B") references other."T2" (id, Up)
                            match full not valid;
                        COMMENT ON INDEX other."I 2" IS 'c1';
                        COMMENT ON CONSTRAINT "K" ON other."T2" IS 'c2';
                        """,
                        "The pack");

        var t1 = new TableName("The pack", "t1");
        var t2 = new TableName("other", "T2");
        assertThat(script.tables()).containsExactly(t1, t2);
        assertThat(script.late()).extracting(Late::name).containsExactly("i1", "I 2", "K", "k2");
        var second = (IndexDeclaration) script.late().get(1);
        assertThat(second.table()).isEqualTo(t2);
        assertThat(second.unique()).isTrue();
        assertThat(String.join(" ", second.shape()))
                .isEqualTo("using btree ( up desc , id ) where up > 0");
        assertThat(String.join(" ", ((IndexDeclaration) script.late().get(0)).shape()))
                .isEqualTo("using btree ( id )");
        var key = (ForeignKeyDeclaration) script.late().get(2);
        assertThat(key.table()).isEqualTo(t2);
        assertThat(key.columns()).containsExactly("up");
        assertThat(key.referencedTable()).isEqualTo(t1);
        assertThat(key.referencedColumns()).isEmpty();
        assertThat(key.notValid()).isFalse();
        var full = (ForeignKeyDeclaration) script.late().get(3);
        assertThat(full.columns()).containsExactly("id", "B");
        assertThat(full.referencedColumns()).containsExactly("id", "up");
        assertThat(full.matchFull()).isTrue();
        assertThat(full.notValid()).isTrue();
        assertThat(script.commentsOn(second))
                .extracting(SchemaStatement::sql)
                .containsExactly("COMMENT ON INDEX other.\"I 2\" IS 'c1'");
        assertThat(script.commentsOn(key)).hasSize(1);
        assertThat(script.commentsOn(full)).isEmpty();
    }

    @Test
    void aCommentOnAKeyOfCreateTableComesWithTheTable() {
        SchemaScript script =
                SchemaScript.parse(
                        """
                        CREATE TABLE t (id integer, CONSTRAINT t_pkey PRIMARY KEY (id));
                        COMMENT ON CONSTRAINT t_pkey ON t IS 'the key';
                        """);
        assertThat(script.early()).hasSize(2);
        assertThat(script.comments()).isEmpty();
    }

    @Test
    void everyMistakeIsToldTogetherWithItsLine() {
        assertThatThrownBy(
                        () ->
                                SchemaScript.parse(
                                        "packs/x/schema.sql",
                                        """
                                        CREATE TABLE a (id integer PRIMARY KEY);
                                        INSERT INTO a VALUES (1);

                                        CREATE TABLE b (
                                            id integer,
                                            a integer REFERENCES a);
                                        CREATE INDEX ON a (id);
                                        """,
                                        "public"))
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE))
                .extracting(e -> String.valueOf(e.getMessage()).lines().toList())
                .isEqualTo(
                        List.of(
                                "packs/x/schema.sql line 2: \"INSERT INTO a VALUES ...\" is not a"
                                    + " statement of a pack's schema; allowed are CREATE SCHEMA,"
                                    + " EXTENSION, TYPE, DOMAIN, SEQUENCE, TABLE, VIEW, INDEX,"
                                    + " ALTER TABLE, ALTER SEQUENCE and COMMENT ON these",
                                "packs/x/schema.sql line 6: a foreign key inside CREATE TABLE;"
                                    + " write it as ALTER TABLE ... ADD CONSTRAINT name FOREIGN KEY"
                                    + " ..., so that it can be added after the rows",
                                "packs/x/schema.sql line 7: an index without a name; give it one,"
                                        + " so that a second run finds it"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "DROP TABLE t | is not a statement",
                "CREATE TEMP TABLE x (a int) | is not a statement",
                "CREATE UNLOGGED TABLE x (a int) | an unlogged table",
                "CREATE MATERIALIZED VIEW x AS SELECT 1 | is not a statement",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$ | is not a"
                        + " statement",
                "\\connect other | a command of psql",
                "CREATE INDEX CONCURRENTLY i ON t (a) | leave it out",
                "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES t | a foreign key without a name",
                "ALTER TABLE t ADD COLUMN c int REFERENCES t | a foreign key inside ALTER TABLE",
                "ALTER TABLE t DROP COLUMN a | is not a statement",
                "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t, ADD COLUMN c int |"
                        + " beside other changes",
                "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a, a) REFERENCES t (a) | 2 columns"
                        + " refer to 1",
                "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a REFERENCES t | the statement ends"
                        + " inside a bracket",
                "ALTER TABLE x ADD CHECK (true) | changes table 'x', which is not made before",
                "CREATE INDEX i ON x (a) | does not make the table",
                "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES x | refers to 'x'",
                "CREATE TABLE t (b int) | is made twice",
                "CREATE INDEX i ON t (a); CREATE INDEX i ON t (b) | is made twice",
                "COMMENT ON INDEX j IS 'x' | comments on 'j'",
                "COMMENT ON FUNCTION f IS 'x' | is not a statement",
                "CREATE SCHEMA x CREATE TABLE y (a int) | more than CREATE SCHEMA name",
                "CREATE TABLE x (a text DEFAULT 'open) | a text in single quotes begins here and"
                        + " never ends",
                "CREATE TABLE x (a text DEFAULT $q$ open) | a text in $q$ quotes begins here and"
                        + " never ends",
                "CREATE TABLE \"x (a text) | a name in double quotes begins here and never ends",
                "CREATE TABLE x (a text) /* open /* */ | a comment begins here and never ends",
                "CREATE TABLE x (a text DEFAULT U&'\\0041') | U& spelling is not read",
            })
    void whatCannotBeUsedIsRefused(String sql, String sentence) {
        assertThatThrownBy(() -> SchemaScript.parse("CREATE TABLE t (a int);\n" + sql))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("schema.sql line 2: ")
                .hasMessageContaining(sentence);
    }

    @Test
    void everyPackOfTheProjectCanBeRead() throws IOException {
        Path packs = Path.of("..", "packs");
        try (Stream<Path> folders = Files.list(packs)) {
            List<Path> scripts =
                    folders.map(folder -> folder.resolve("schema.sql"))
                            .filter(Files::exists)
                            .toList();
            assertThat(scripts).isNotEmpty();
            for (Path script : scripts) {
                assertThat(
                                SchemaScript.parse(
                                                script.toString(),
                                                Files.readString(script),
                                                "public")
                                        .tables())
                        .isNotEmpty();
            }
        }
    }
}
