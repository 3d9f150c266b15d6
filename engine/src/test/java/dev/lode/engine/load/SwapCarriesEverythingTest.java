package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.testkit.postgres.Db;
import dev.lode.testkit.postgres.EachPostgres;

import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/// A table that has everything comes out of a swap as it went in.
class SwapCarriesEverythingTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 6, 30);
    private static final LocalDate SECOND = LocalDate.of(2026, 9, 30);
    private static final String PACK =
            """
            dataset: test
            schema: SCHEMA
            snapshot: "{item}-{date}.csv"
            tables:
              court: { item: courts, mode: replace, key: [id], vanished-limit: { share: 1 } }
            """;

    /// `$v` stands for the roles of the test: they belong to the whole server.
    private static final String EVERYTHING =
            """
            CREATE ROLE $v_reader; CREATE ROLE $v_writer; CREATE ROLE "$v Owner"; CREATE ROLE $v_default;
            GRANT USAGE, CREATE ON SCHEMA public TO "$v Owner";
            CREATE COLLATION plain (provider = libc, locale = 'C');
            CREATE TABLE parent (id integer PRIMARY KEY);
            INSERT INTO parent VALUES (1), (2), (3);
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE TABLE "court" (
                gone text,
                id integer NOT NULL,
                "odd "" name" varchar(40) COLLATE plain NOT NULL DEFAULT 'it''s',
                body text,
                code text,
                number bigint GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 3 CACHE 2),
                serial serial,
                twice integer GENERATED ALWAYS AS (id * 2) STORED,
                state mood DEFAULT 'good',
                parent integer,
                span int4range,
                settings jsonb,
                boss integer,
                CONSTRAINT court_pk PRIMARY KEY (id) WITH (fillfactor = 70),
                CONSTRAINT "code once" UNIQUE (code, parent) DEFERRABLE INITIALLY DEFERRED,
                CONSTRAINT no_overlap EXCLUDE USING gist (span WITH &&) WITH (fillfactor = 60) WHERE (id > 0),
                CONSTRAINT positive CHECK (id > 0) NO INHERIT,
                CONSTRAINT parent_fk FOREIGN KEY (parent) REFERENCES parent ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE,
                CONSTRAINT boss_fk FOREIGN KEY (boss) REFERENCES court MATCH FULL
            ) WITH (fillfactor = 80, autovacuum_enabled = false, toast.autovacuum_vacuum_threshold = 77);
            ALTER TABLE court DROP COLUMN gone;
            ALTER TABLE court ADD CONSTRAINT later CHECK (body <> 'x;?{}') NOT VALID;
            ALTER TABLE court ALTER body SET STORAGE EXTERNAL, ALTER body SET STATISTICS 321, ALTER code SET (n_distinct = -0.5);
            CREATE INDEX "by body" ON court USING btree (lower(body) text_pattern_ops DESC NULLS LAST) INCLUDE (id) WITH (fillfactor = 55)
                WHERE body IS NOT NULL AND code <> 'on public.court using ';
            ALTER INDEX "by body" ALTER COLUMN 1 SET STATISTICS 99;
            CREATE UNIQUE INDEX by_number ON court (number);
            CREATE INDEX by_settings ON court USING gin (settings jsonb_path_ops);
            ALTER TABLE court REPLICA IDENTITY USING INDEX by_number;
            ALTER TABLE court CLUSTER ON by_number;
            CREATE STATISTICS public.together (ndistinct, dependencies) ON code, parent FROM court;
            ALTER STATISTICS together SET STATISTICS 50;
            COMMENT ON STATISTICS together IS 'both';
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER a_touch BEFORE UPDATE OF body ON court FOR EACH ROW WHEN (OLD.body IS DISTINCT FROM NEW.body) EXECUTE FUNCTION touch('it''s');
            CREATE TRIGGER b_touch AFTER INSERT ON court REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION touch();
            CREATE CONSTRAINT TRIGGER c_touch AFTER UPDATE ON court DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
            ALTER TABLE court DISABLE TRIGGER a_touch; ALTER TABLE court ENABLE REPLICA TRIGGER b_touch; ALTER TABLE court ENABLE ALWAYS TRIGGER c_touch;
            COMMENT ON TRIGGER a_touch ON court IS 'touches';
            CREATE TABLE log (id integer);
            CREATE RULE logged AS ON DELETE TO court DO ALSO INSERT INTO log VALUES (OLD.id);
            ALTER TABLE court ENABLE ALWAYS RULE logged;
            COMMENT ON RULE logged ON court IS 'every one';
            ALTER TABLE court ENABLE ROW LEVEL SECURITY; ALTER TABLE court FORCE ROW LEVEL SECURITY;
            CREATE POLICY seen ON court AS PERMISSIVE FOR SELECT TO $v_reader, $v_writer USING (id IN (SELECT c.id FROM parent c WHERE c.id > court.id - 10));
            CREATE POLICY written ON court AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK (state <> 'bad');
            COMMENT ON POLICY seen ON court IS 'some';
            COMMENT ON TABLE court IS 'a "court"; it''s'; COMMENT ON COLUMN court."odd "" name" IS 'odd \\ one';
            COMMENT ON CONSTRAINT positive ON court IS 'above'; COMMENT ON INDEX "by body" IS 'idx'; COMMENT ON INDEX court_pk IS 'pk';
            COMMENT ON CONSTRAINT court_pk ON court IS 'key'; COMMENT ON SEQUENCE court_number_seq IS 'numbers';
            CREATE TABLE outside (id integer PRIMARY KEY, court integer CONSTRAINT to_court REFERENCES court (id) ON DELETE CASCADE);
            ALTER TABLE outside ADD CONSTRAINT never_checked FOREIGN KEY (id) REFERENCES court NOT VALID;
            COMMENT ON CONSTRAINT to_court ON outside IS 'outside in';
            CREATE VIEW names WITH (security_barrier = true, check_option = local) AS SELECT id, body, "odd "" name" AS odd FROM court WHERE id > 0;
            ALTER VIEW names ALTER COLUMN body SET DEFAULT 'from the view';
            CREATE VIEW grouped AS SELECT c.id, c.body, count(*) AS n, '?' AS "a?" FROM court c JOIN names USING (id) GROUP BY c.id;
            CREATE MATERIALIZED VIEW summary WITH (fillfactor = 90) AS SELECT id, n FROM grouped ORDER BY id;
            CREATE UNIQUE INDEX summary_id ON summary (id);
            ALTER MATERIALIZED VIEW summary CLUSTER ON summary_id;
            CREATE MATERIALIZED VIEW direct AS SELECT id FROM court;
            CREATE MATERIALIZED VIEW not_yet AS SELECT max(id) AS highest FROM court WITH NO DATA;
            CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER put INSTEAD OF INSERT ON grouped FOR EACH ROW EXECUTE FUNCTION put();
            CREATE RULE nothing AS ON UPDATE TO grouped DO INSTEAD NOTHING;
            COMMENT ON VIEW names IS 'named'; COMMENT ON COLUMN names.odd IS 'oddly'; COMMENT ON MATERIALIZED VIEW summary IS 'sum';
            GRANT SELECT ON court TO $v_reader WITH GRANT OPTION; GRANT INSERT, UPDATE ON court TO $v_writer; GRANT SELECT ON court TO PUBLIC;
            GRANT UPDATE (body, code), REFERENCES (id) ON court TO $v_reader; GRANT USAGE ON SEQUENCE court_number_seq TO $v_writer;
            GRANT SELECT ON names TO $v_reader; GRANT SELECT ON names TO "$v Owner"; GRANT SELECT (id) ON grouped TO $v_writer; GRANT SELECT ON summary TO $v_reader;
            CREATE PUBLICATION news FOR TABLE court, parent;
            ALTER TABLE court OWNER TO "$v Owner"; ALTER VIEW grouped OWNER TO "$v Owner";
            ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO $v_default;
            ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO $v_default;
            SELECT setval('court_number_seq', 500); SELECT setval('court_serial_seq', 2);
            """;

    /// What PostgreSQL 14 and 15 brought.
    private static final List<String> NEWER =
            List.of(
                    "",
                    "ALTER TABLE court ALTER code SET COMPRESSION pglz;",
                    "ALTER PUBLICATION news SET TABLE court (id, number) WHERE (id > 0), parent;"
                            + " ALTER VIEW names SET (security_invoker = true);"
                            + " ALTER TABLE court ADD CONSTRAINT nulls UNIQUE NULLS NOT DISTINCT"
                            + " (settings, id);");

    @TempDir Path folder;

    @EachPostgres
    void theCatalogSaysTheSameAfterASwap(Db db) throws Exception {
        int version = Integer.parseInt(db.value("SHOW server_version_num")) / 10000;
        String role = "r" + db.database().toLowerCase(Locale.ROOT);
        db.run(
                (EVERYTHING
                                + (version >= 14 ? NEWER.get(1) : "")
                                + (version >= 15 ? NEWER.get(2) : "")
                                + (version >= 18
                                        ? "ALTER TABLE court ADD COLUMN thrice integer GENERATED"
                                                + " ALWAYS AS (id * 3) VIRTUAL, ADD CONSTRAINT said"
                                                + " CHECK (id < 1000000) NOT ENFORCED; ALTER TABLE"
                                                + " court RENAME CONSTRAINT court_id_not_null TO"
                                                + " \"id is there\";"
                                        : ""))
                        .replace("$v", role));
        var snapshots =
                new Snapshots(db, folder, PACK, "CREATE TABLE court (id integer);")
                        .file(
                                "courts",
                                FIRST,
                                "id,body,code,parent,span,boss,serial\n"
                                        + "1,one,a,1,\"[1,3)\",2,1\n2,two,b,2,\"[3,5)\",,2\n")
                        .file(
                                "courts",
                                SECOND,
                                "id,body,code,parent,span,boss,serial\n"
                                        + "2,two,b,2,\"[3,5)\",3,2\n3,three,c,3,\"[1,3)\",,70\n");
        var before = facts(db);
        var dump = dump(db, version);
        // The check that is NOT VALID stays so, and is remarked on.
        assertThat(snapshots.load(FIRST).exitCode()).isEqualTo(LoadReport.DONE_WITH_REMARKS);
        assertThat(facts(db)).isEqualTo(before);
        db.run("INSERT INTO outside VALUES (2, 2)");
        var second = snapshots.load(SECOND);
        assertThat(second.next().remarks()).isEmpty();
        assertThat(second.verified().failures()).isEmpty();
        assertThat(facts(db)).isEqualTo(before);
        assertThat(dump(db, version)).isEqualTo(dump);
        assertThat(db.value("SELECT string_agg(id || body, ',' ORDER BY id) FROM court"))
                .isEqualTo("2two,3three");
        assertThat(db.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM direct"))
                .isEqualTo("2,3");
        assertThat(db.value("SELECT nextval('court_serial_seq')")).isEqualTo("71");
        assertThat(Long.parseLong(db.value("SELECT nextval('court_number_seq')")))
                .isGreaterThan(500);
        db.run(
                "DROP PUBLICATION news; DROP OWNED BY "
                        + List.of(
                                        role + "_reader",
                                        role + "_writer",
                                        "\"" + role + " Owner\"",
                                        role + "_default")
                                .stream()
                                .reduce((a, b) -> a + ", " + b)
                                .orElseThrow()
                        + " CASCADE; DROP ROLE "
                        + String.join(
                                ", ",
                                role + "_reader",
                                role + "_writer",
                                "\"" + role + " Owner\"",
                                role + "_default"));
    }

    /// Everything that the catalog says of the schema, without OIDs and attribute numbers.
    private static List<List<String>> facts(Db db) {
        return db
                .rows(
                        """
                        SELECT * FROM (
                        SELECT 'relation ' || c.relname AS what, concat_ws(' ', c.relkind, c.relpersistence, pg_get_userbyid(c.relowner), c.reloptions,
                               c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.reltablespace, c.relispopulated,
                               (SELECT t.reloptions FROM pg_class t WHERE t.oid = c.reltoastrelid),
                               CASE WHEN c.relkind IN ('r', 'v', 'm') THEN coalesce(c.relacl, acldefault('r', c.relowner))
                                    WHEN c.relkind = 'S' THEN coalesce(c.relacl, acldefault('s', c.relowner)) END,
                               obj_description(c.oid, 'pg_class'), CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END) AS fact
                        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
                        UNION ALL
                        SELECT 'column ' || a.attrelid::regclass || ' ' || row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum),
                               concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                               a.attstorage, to_jsonb(a) ->> 'attcompression', nullif(a.attstattarget, -1), a.attoptions, a.attacl,
                               a.attcollation::regcollation, pg_get_expr(f.adbin, f.adrelid), col_description(a.attrelid, a.attnum))
                        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                        LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
                        UNION ALL
                        SELECT 'constraint ' || k.conrelid::regclass || ' ' || k.conname, concat_ws(' ', k.contype, k.condeferrable, k.condeferred,
                               k.convalidated, k.confrelid::regclass, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint'))
                        FROM pg_constraint k WHERE k.connamespace = 'public'::regnamespace
                        UNION ALL
                        SELECT 'index ' || indexrelid::regclass, concat_ws(' ', indrelid::regclass, indisclustered, indisreplident, indisvalid,
                               indimmediate, indisprimary, pg_get_indexdef(indexrelid)) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
                        WHERE c.relnamespace = 'public'::regnamespace
                        UNION ALL
                        SELECT 'trigger ' || tgname || tgrelid::regclass, concat_ws(' ', tgenabled, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger'))
                        FROM pg_trigger WHERE NOT tgisinternal
                        UNION ALL
                        SELECT 'rule ' || rulename || ev_class::regclass, concat_ws(' ', ev_enabled, pg_get_ruledef(r.oid), obj_description(r.oid, 'pg_rewrite'))
                        FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class WHERE c.relnamespace = 'public'::regnamespace
                        UNION ALL
                        SELECT 'policy ' || polname, concat_ws(' ', polrelid::regclass, polcmd, polpermissive, polroles::regrole[],
                               pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy')) FROM pg_policy
                        UNION ALL
                        SELECT 'statistics ' || stxname, concat_ws(' ', pg_get_statisticsobjdef(oid), pg_get_userbyid(stxowner), stxstattarget,
                               obj_description(oid, 'pg_statistic_ext')) FROM pg_statistic_ext
                        UNION ALL
                        SELECT 'publication', concat_ws(' ', p.pubname, r.prrelid::regclass, to_jsonb(r) ->> 'prqual' IS NULL,
                               to_jsonb(r) ->> 'prattrs' IS NULL) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                        UNION ALL
                        SELECT 'sequence ' || seqrelid::regclass, concat_ws(' ', s.seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle,
                               (SELECT string_agg(concat_ws(' ', d.deptype, d.refobjid::regclass, a.attname), ',') FROM pg_depend d
                                JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                                WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i')))
                        FROM pg_sequence s JOIN pg_class c ON c.oid = seqrelid WHERE c.relnamespace = 'public'::regnamespace
                        ) f ORDER BY 1, 2
                        """)
                .stream()
                .toList();
    }

    /// `pg_dump --schema-only`, where this machine's is not older than the server.
    private static String dump(Db db, int version) throws IOException, InterruptedException {
        if (version > pgDump()) {
            return "";
        }
        var builder =
                new ProcessBuilder(
                        "pg_dump",
                        "--schema-only",
                        "--exclude-schema=lode",
                        "--host=127.0.0.1",
                        "--port=" + db.server().port(),
                        "--username=" + db.user(),
                        db.database());
        builder.environment().put("PGPASSWORD", db.password().reveal());
        builder.redirectErrorStream(true);
        var process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        assertThat(text).contains("CREATE TABLE public.court");
        return text.replaceAll("(?m)^\\\\(un)?restrict .*$", "");
    }

    private static int pgDump() throws IOException, InterruptedException {
        try {
            var process = new ProcessBuilder("pg_dump", "--version").start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return Integer.parseInt(text.replaceAll("(?s)^\\D*(\\d+).*$", "$1"));
        } catch (IOException e) {
            // This machine has none: the catalog's word has to do.
            return 0;
        }
    }
}
