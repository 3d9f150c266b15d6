package dev.lode.postgres.suspend;

import dev.lode.core.TableName;
import dev.lode.testkit.postgres.Db;

import java.util.List;

/// A schema with everything that is lost by who drops and makes again without care.
final class AllFeatures {
    static final List<TableName> TABLES =
            List.of(
                    new TableName("public", "court"),
                    new TableName("public", "Docket \"x\" y"),
                    new TableName("public", "event"),
                    new TableName("public", "person"),
                    new TableName("public", "bare"));

    private static final String SQL =
            """
            CREATE SCHEMA other;
            CREATE FUNCTION other.shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
            CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TABLE court (
                id varchar(15) PRIMARY KEY,
                name text NOT NULL,
                parent varchar(15),
                boss integer,
                period int4range,
                EXCLUDE USING gist (period WITH &&)
            ) WITH (fillfactor = 70, autovacuum_enabled = true, toast.autovacuum_enabled = true, autovacuum_vacuum_threshold = 77);
            COMMENT ON TABLE court IS 'courts';
            CREATE TABLE "Docket ""x"" y" (
                id bigint GENERATED ALWAYS AS IDENTITY (START 7) PRIMARY KEY,
                court varchar(15) NOT NULL,
                "Number" integer NOT NULL,
                name text,
                loud text GENERATED ALWAYS AS (upper(name)) STORED,
                day date,
                UNIQUE (court, "Number") WITH (fillfactor = 61)
            ) WITH (autovacuum_enabled = false);
            CREATE TABLE person (id integer PRIMARY KEY, court varchar(15), twin integer, UNIQUE (id, court));
            CREATE TABLE bare (id integer, court varchar(15), docket bigint);
            CREATE TABLE event (id bigint NOT NULL, day date NOT NULL, docket bigint, note text, PRIMARY KEY (id, day))
                PARTITION BY RANGE (day);
            CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
            CREATE TABLE event_2a PARTITION OF event_2 DEFAULT;
            CREATE TABLE outside (id integer PRIMARY KEY, court varchar(15), docket bigint);

            CREATE INDEX court_partial ON court (parent) WHERE name <> '';
            CREATE INDEX court_expression ON court (lower(name), other.shout(name), id);
            ALTER INDEX court_expression ALTER COLUMN 1 SET STATISTICS 400;
            ALTER INDEX court_expression ALTER COLUMN 2 SET STATISTICS 0;
            COMMENT ON INDEX court_expression IS E'with ''quotes'' and \\\\ in it';
            CREATE INDEX court_opclass ON court (name text_pattern_ops DESC NULLS LAST, parent COLLATE "C") WITH (fillfactor = 55);
            CREATE INDEX court_space ON court USING hash (name) TABLESPACE @SPACE@;
            CREATE UNIQUE INDEX court_unique ON court (lower(id));
            CREATE INDEX "docket Cover" ON "Docket ""x"" y" (day) INCLUDE (court, "Number");
            ALTER TABLE "Docket ""x"" y" CLUSTER ON "docket Cover";
            CREATE INDEX docket_brin ON "Docket ""x"" y" USING brin (day) WITH (pages_per_range = 8, autosummarize = true);
            CREATE INDEX docket_gin ON "Docket ""x"" y" USING gin (to_tsvector('english', name));
            CREATE UNIQUE INDEX docket_identity ON "Docket ""x"" y" (id, court);
            ALTER TABLE "Docket ""x"" y" REPLICA IDENTITY USING INDEX docket_identity;
            CREATE INDEX event_note ON event (note, day);
            COMMENT ON INDEX event_note IS 'on all partitions';
            CREATE INDEX event_1_own ON event_1 (docket);
            ALTER INDEX event_1_note_day_idx RENAME TO "Event one's note";
            ALTER INDEX "Event one's note" SET (fillfactor = 44);
            ALTER TABLE event_1 CLUSTER ON "Event one's note";
            COMMENT ON INDEX "Event one's note" IS 'of the first';
            CREATE INDEX event_lower ON event (lower(note));
            ALTER INDEX event_2a_lower_idx ALTER COLUMN 1 SET STATISTICS 99;

            ALTER TABLE court ADD CONSTRAINT court_parent FOREIGN KEY (parent) REFERENCES court ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE court ADD CONSTRAINT court_boss FOREIGN KEY (boss) REFERENCES person ON UPDATE CASCADE DEFERRABLE NOT VALID;
            ALTER TABLE "Docket ""x"" y" ADD CONSTRAINT "docket's court" FOREIGN KEY (court) REFERENCES court (id) ON DELETE CASCADE;
            COMMENT ON CONSTRAINT "docket's court" ON "Docket ""x"" y" IS 'where it is';
            ALTER TABLE person ADD FOREIGN KEY (court) REFERENCES court;
            ALTER TABLE person ADD CONSTRAINT person_twin FOREIGN KEY (twin, court) REFERENCES person (id, court) MATCH FULL;
            ALTER TABLE bare ADD FOREIGN KEY (court) REFERENCES court;
            ALTER TABLE bare ADD FOREIGN KEY (docket) REFERENCES "Docket ""x"" y";
            ALTER TABLE event ADD FOREIGN KEY (docket) REFERENCES "Docket ""x"" y";
            ALTER TABLE outside ADD CONSTRAINT outside_court FOREIGN KEY (court) REFERENCES court ON DELETE RESTRICT;
            ALTER TABLE outside ADD FOREIGN KEY (docket) REFERENCES "Docket ""x"" y";

            CREATE TRIGGER ordinary BEFORE INSERT ON court FOR EACH ROW EXECUTE FUNCTION nothing();
            CREATE TRIGGER disabled BEFORE INSERT ON court FOR EACH ROW EXECUTE FUNCTION nothing();
            CREATE TRIGGER replica BEFORE UPDATE ON court FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION nothing();
            CREATE TRIGGER always AFTER DELETE ON court FOR EACH STATEMENT EXECUTE FUNCTION nothing('a', 'b');
            CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON court DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION nothing();
            COMMENT ON TRIGGER always ON court IS 'always';
            ALTER TABLE court DISABLE TRIGGER disabled;
            ALTER TABLE court ENABLE REPLICA TRIGGER replica;
            ALTER TABLE court ENABLE ALWAYS TRIGGER always;
            CREATE TRIGGER of_all BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION nothing();

            CREATE VIEW court_dockets AS
                SELECT c.id, c.name, count(*) AS n FROM court c JOIN "Docket ""x"" y" d ON d.court = c.id GROUP BY c.id;
            CREATE MATERIALIZED VIEW court_names AS SELECT id, name FROM court;
            CREATE INDEX court_names_name ON court_names (name);
            CREATE STATISTICS court_statistics ON name, parent FROM court;

            INSERT INTO person VALUES (1, NULL, NULL), (2, NULL, NULL);
            INSERT INTO court SELECT 'c' || n, 'court ' || n, CASE WHEN n > 1 THEN 'c' || (n - 1) END, 1 FROM generate_series(1, 50) n;
            INSERT INTO "Docket ""x"" y" (court, "Number", name, day) SELECT 'c' || n, n, 'docket ' || n, '2020-02-02' FROM generate_series(1, 50) n;
            INSERT INTO event SELECT n, '2020-05-05'::date + n * 10, NULL, 'note' FROM generate_series(1, 30) n;
            INSERT INTO outside VALUES (1, 'c1', NULL);
            """;

    private AllFeatures() {}

    /// @return the tablespace, which outlives the database
    static String make(Db db) {
        String space = "space_" + db.database();
        try (var connection = db.connect();
                var statement = connection.createStatement()) {
            statement.execute("SET allow_in_place_tablespaces = on");
            statement.execute("CREATE TABLESPACE " + space + " LOCATION ''");
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
        db.run(SQL.replace("@SPACE@", space));
        return space;
    }
}
