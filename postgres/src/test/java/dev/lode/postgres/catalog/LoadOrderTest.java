package dev.lode.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lode.core.TableName;
import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.OnPostgres;

import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

@OnPostgres
class LoadOrderTest {
    private FreshSchema schema;

    @BeforeEach
    void open(Db db) throws SQLException {
        schema = new FreshSchema(db);
    }

    @AfterEach
    void close() throws SQLException {
        schema.close();
    }

    @Test
    void parentsComeFirstAndCirclesAreOneGroup() throws SQLException {
        schema.run(
                """
                CREATE TABLE court (id integer PRIMARY KEY, parent integer REFERENCES court);
                CREATE TABLE docket (id integer PRIMARY KEY, court integer REFERENCES court);
                CREATE TABLE "A opinion" (id integer PRIMARY KEY, docket integer REFERENCES docket);
                CREATE TABLE hen (id integer PRIMARY KEY, docket integer REFERENCES docket);
                CREATE TABLE egg (id integer PRIMARY KEY, hen integer REFERENCES hen);
                ALTER TABLE hen ADD egg integer REFERENCES egg;
                CREATE TABLE alone (id integer);
                CREATE TABLE chick (egg integer REFERENCES egg);
                """);

        LoadOrder order =
                LoadOrder.of(facts("A opinion", "chick", "egg", "hen", "docket", "court", "alone"));

        assertThat(order.groups())
                .extracting(
                        group -> group.tables().stream().map(TableName::name).toList(),
                        LoadOrder.Group::circular)
                .containsExactly(
                        group("court", true),
                        group("docket", false),
                        group("A opinion", false),
                        group("alone", false),
                        tuple(List.of("egg", "hen"), true),
                        group("chick", false));
        assertThat(order.groups().get(4).innerKeys())
                .extracting(ForeignKeyFacts::name)
                .containsExactly("egg_hen_fkey", "hen_egg_fkey");
        assertThat(order.groups().getFirst().innerKeys())
                .extracting(ForeignKeyFacts::name)
                .containsExactly("court_parent_fkey");
    }

    @Test
    void keysToTablesOutsideCountForNothing() throws SQLException {
        schema.run(
                """
                CREATE TABLE z (id integer PRIMARY KEY);
                CREATE TABLE b (id integer PRIMARY KEY, z integer REFERENCES z);
                CREATE TABLE a (b integer REFERENCES b);
                """);

        LoadOrder order = LoadOrder.of(facts("a", "b"));

        assertThat(order.tables()).containsExactly(schema.table("b"), schema.table("a"));
        assertThat(order.groups()).noneMatch(LoadOrder.Group::circular);
    }

    /// Against the definition itself, on random graphs: a parent stands in an earlier group or in
    /// the same one, and tables share a group exactly when each reaches the other.
    @Test
    void everyRandomGraphIsOrderedParentsFirst() {
        var random = new Random(42);
        for (int round = 0; round < 200; round++) {
            int size = 1 + random.nextInt(8);
            boolean[][] refers = new boolean[size][size];
            var tables = new ArrayList<TableFacts>();
            for (int from = 0; from < size; from++) {
                var keys = new ArrayList<ForeignKeyFacts>();
                for (int to = 0; to < size; to++) {
                    if (random.nextInt(size) == 0) {
                        refers[from][to] = true;
                        keys.add(
                                ForeignKeyFacts.declared(
                                        "k" + to,
                                        name(from),
                                        List.of("x"),
                                        name(to),
                                        List.of("id"),
                                        false,
                                        ""));
                    }
                }
                tables.add(table(name(from), keys));
            }
            Collections.shuffle(tables, random);
            boolean[][] reaches = closure(refers);

            List<LoadOrder.Group> groups = LoadOrder.of(tables).groups();

            int[] place = new int[size];
            for (int group = 0; group < groups.size(); group++) {
                for (TableName member : groups.get(group).tables()) {
                    place[Integer.parseInt(member.name())] = group;
                }
            }
            assertThat(groups.stream().mapToInt(group -> group.tables().size()).sum())
                    .isEqualTo(size);
            for (int from = 0; from < size; from++) {
                for (int to = 0; to < size; to++) {
                    if (refers[from][to]) {
                        assertThat(place[to]).isLessThanOrEqualTo(place[from]);
                    }
                    boolean together = from == to || (reaches[from][to] && reaches[to][from]);
                    assertThat(place[from] == place[to]).isEqualTo(together);
                }
            }
        }
    }

    private static boolean[][] closure(boolean[][] refers) {
        int size = refers.length;
        boolean[][] reaches = new boolean[size][];
        for (int from = 0; from < size; from++) {
            reaches[from] = refers[from].clone();
        }
        for (int by = 0; by < size; by++) {
            for (int from = 0; from < size; from++) {
                for (int to = 0; to < size; to++) {
                    reaches[from][to] |= reaches[from][by] && reaches[by][to];
                }
            }
        }
        return reaches;
    }

    private static TableName name(int number) {
        return new TableName("s", String.valueOf(number));
    }

    private static TableFacts table(TableName name, List<ForeignKeyFacts> keys) {
        return new TableFacts(
                0,
                name,
                'r',
                false,
                'p',
                "",
                true,
                false,
                false,
                false,
                0,
                0,
                List.of(),
                Optional.empty(),
                List.of(),
                keys,
                List.of(),
                List.of(),
                List.of());
    }

    private static Tuple group(String table, boolean circular) {
        return tuple(List.of(table), circular);
    }

    private Collection<TableFacts> facts(String... tables) throws SQLException {
        return CatalogReader.tables(
                        schema.connection(), Stream.of(tables).map(schema::table).toList())
                .values();
    }
}
