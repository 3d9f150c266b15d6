-- Lode's ledger, first version. Lives beside the data, so that it commits with the data.

CREATE TABLE lode.run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset     text NOT NULL,
    operation   text NOT NULL,
    state       text NOT NULL CHECK (state IN ('running', 'completed', 'partial', 'failed', 'interrupted')),
    snapshot    date,
    token       bigint NOT NULL,
    host        text NOT NULL,
    pid         bigint NOT NULL,
    version     text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    message     text,
    summary     jsonb
);
CREATE INDEX run_dataset ON lode.run (dataset, id DESC);
COMMENT ON TABLE lode.run IS 'One execution of an operation on a dataset. A running row whose lease is gone was interrupted.';

-- The row is locked FOR SHARE by every split of its holder and written only when the holder changes.
CREATE TABLE lode.lease (
    dataset       text PRIMARY KEY,
    token         bigint NOT NULL,
    run_id        bigint,
    holder        text NOT NULL
);
COMMENT ON TABLE lode.lease IS 'Who may write a dataset now: the holder of the highest token.';

CREATE TABLE lode.heartbeat (
    dataset       text PRIMARY KEY,
    token         bigint NOT NULL,
    backend       integer NOT NULL,
    backend_start timestamptz NOT NULL,
    at            timestamptz NOT NULL
);
COMMENT ON TABLE lode.heartbeat IS 'When the holder of a lease was last heard, by the clock of the server.';

CREATE TABLE lode.item (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset      text NOT NULL,
    table_schema text NOT NULL,
    table_name   text NOT NULL,
    table_oid    bigint NOT NULL,
    mapping      text NOT NULL,
    mode         text NOT NULL,
    name         text NOT NULL,
    size         bigint NOT NULL,
    content_id   text NOT NULL,
    snapshot     date,
    fresh        boolean NOT NULL,
    state        text NOT NULL CHECK (state IN ('loading', 'done', 'failed', 'superseded')),
    run_id       bigint NOT NULL REFERENCES lode.run,
    records      bigint NOT NULL DEFAULT 0,
    inserted     bigint NOT NULL DEFAULT 0,
    updated      bigint NOT NULL DEFAULT 0,
    unchanged    bigint NOT NULL DEFAULT 0,
    superseded   bigint NOT NULL DEFAULT 0,
    duplicate    bigint NOT NULL DEFAULT 0,
    filtered     bigint NOT NULL DEFAULT 0,
    rejected     bigint NOT NULL DEFAULT 0,
    started_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    message      text
);
CREATE INDEX item_table ON lode.item (dataset, table_oid, id DESC);
CREATE INDEX item_content ON lode.item (content_id);
COMMENT ON TABLE lode.item IS 'One application of the content of one item to one table.';

CREATE TABLE lode.split (
    item_id      bigint NOT NULL REFERENCES lode.item,
    start_offset bigint NOT NULL,
    end_offset   bigint NOT NULL CHECK (end_offset >= start_offset),
    resume_at    text NOT NULL,
    start_record bigint NOT NULL,
    records      bigint NOT NULL,
    inserted     bigint NOT NULL DEFAULT 0,
    updated      bigint NOT NULL DEFAULT 0,
    unchanged    bigint NOT NULL DEFAULT 0,
    superseded   bigint NOT NULL DEFAULT 0,
    duplicate    bigint NOT NULL DEFAULT 0,
    filtered     bigint NOT NULL DEFAULT 0,
    rejected     bigint NOT NULL DEFAULT 0,
    run_id       bigint NOT NULL,
    xid          bigint NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (item_id, start_offset)
);
COMMENT ON TABLE lode.split IS 'A slice of an item, committed with its rows: decoded bytes [start_offset, end_offset).';

CREATE TABLE lode.reject (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id       bigint NOT NULL REFERENCES lode.item,
    run_id        bigint NOT NULL,
    byte_offset   bigint NOT NULL,
    record        bigint NOT NULL,
    column_name   text,
    reason        text NOT NULL,
    sqlstate      text,
    raw           bytea NOT NULL,
    raw_length    bigint NOT NULL,
    key_text      text,
    followed      boolean NOT NULL DEFAULT false,
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'pending', 'resolved', 'dropped')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (item_id, byte_offset)
);
COMMENT ON TABLE lode.reject IS 'Records that could not be loaded. pending: waits for a row that a later record may bring.';
COMMENT ON COLUMN lode.reject.key_text IS 'Its key and its version as they stand in the file, or as they were corrected; columns are parted by U+001F.';
COMMENT ON COLUMN lode.reject.followed IS 'Whether a later record of the same split has its key and version and was not refused.';

-- Written before the tables are made: only these get the pack's indexes and keys, the user's own tables stay as they are.
CREATE TABLE lode.created_table (
    dataset      text NOT NULL,
    table_schema text NOT NULL,
    table_name   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (table_schema, table_name)
);
COMMENT ON TABLE lode.created_table IS 'Tables that Lode made from a pack.';

-- Identity of items that are streamed: their content id is known only after their last row.
ALTER TABLE lode.item ALTER COLUMN content_id DROP NOT NULL;
ALTER TABLE lode.item ADD COLUMN fingerprint text;
ALTER TABLE lode.item ADD COLUMN header text[];
ALTER TABLE lode.item ADD COLUMN freed_at timestamptz;
CREATE INDEX item_fingerprint ON lode.item (fingerprint);
COMMENT ON COLUMN lode.item.content_id IS 'Hash of the stored bytes; NULL until a streamed item was read whole.';
COMMENT ON COLUMN lode.item.fingerprint IS 'Size, version tag and key at the source: the same fingerprint means the same bytes.';
COMMENT ON COLUMN lode.item.header IS 'Columns of the file, so that it need not be read to be recognised.';
COMMENT ON COLUMN lode.item.freed_at IS 'When the stored file was given up for its room, after its rows were durable.';

CREATE TABLE lode.chunk (
    item_id bigint NOT NULL REFERENCES lode.item,
    number  integer NOT NULL,
    digest  bytea NOT NULL,
    PRIMARY KEY (item_id, number)
);
COMMENT ON TABLE lode.chunk IS 'SHA-256 of 8 MiB chunks of stored bytes: of every item the first, of a streamed one all until its content id is known.';

-- Suspend and restore: what was taken away from tables for a while, with everything needed to give it back. Written in
-- the transaction that takes it away, deleted in the one that gives it back.
CREATE TABLE lode.suspended (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset          text NOT NULL,
    run_id           bigint,
    by_hand          boolean NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('foreign_key', 'index', 'trigger', 'autovacuum', 'fence')),
    state            text NOT NULL DEFAULT 'suspended' CHECK (state IN ('suspended', 'not_valid')),
    table_schema     text NOT NULL,
    table_name       text NOT NULL,
    table_oid        bigint NOT NULL,
    name             text NOT NULL,
    other_schema     text,
    other_name       text,
    other_oid        bigint,
    before           text NOT NULL,
    meanwhile        text NOT NULL,
    creates          text[] NOT NULL,
    finishes         text[] NOT NULL,
    validates        boolean NOT NULL,
    key_columns      text[] NOT NULL DEFAULT '{}',
    other_columns    text[] NOT NULL DEFAULT '{}',
    operators        text[] NOT NULL DEFAULT '{}',
    match_full       boolean NOT NULL DEFAULT false,
    bytes            bigint NOT NULL,
    live_writers     boolean NOT NULL,
    suspended_xid    bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    suspended_at     timestamptz NOT NULL DEFAULT now(),
    message          text,
    UNIQUE (table_oid, kind, name)
);
COMMENT ON TABLE lode.suspended IS 'What Lode took away from tables and gives back: lode constraints restore.';

-- Refuses every writer but the one that suspended the foreign keys of a table. Arguments: the dataset, and how the
-- application_name of further writers begins (empty for none). A run's connections are called lode:TOKEN:DATASET, cut
-- at 63 bytes.
CREATE FUNCTION lode.fence() RETURNS trigger LANGUAGE plpgsql AS $fence$
DECLARE
    app text := pg_catalog.current_setting('application_name');
    own text := pg_catalog.regexp_replace(app, '^lode:[0-9]+:', '');
BEGIN
    IF own <> app AND (own = TG_ARGV[0] OR pg_catalog.length(app) = 63 AND pg_catalog.starts_with(TG_ARGV[0], own))
        OR TG_ARGV[1] <> '' AND pg_catalog.starts_with(app, TG_ARGV[1])
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = '55P03',
        MESSAGE = pg_catalog.format('table %I.%I: its foreign keys are suspended for %L, so nobody else may write it;'
            ' nothing was written; try again when that is done, or give the keys back with'
            ' lode constraints restore%s', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0],
            CASE TG_ARGV[0] WHEN 'by-hand' THEN '' ELSE ' ' || TG_ARGV[0] END);
END
$fence$;
COMMENT ON FUNCTION lode.fence() IS 'Trigger lode_fence: keeps other writers away while foreign keys are suspended.';

-- Tables that are filled beside those whose place they take (mode replace). Written in the transaction that makes the table: what
-- is not here by OID and name is not ours, whatever it is called.
CREATE TABLE lode.shadow (
    table_oid     bigint NOT NULL,
    shadow_name   text NOT NULL,
    dataset       text NOT NULL,
    table_schema  text NOT NULL,
    table_name    text NOT NULL,
    target_oid    bigint NOT NULL,
    item_id       bigint PRIMARY KEY REFERENCES lode.item,
    state         text NOT NULL DEFAULT 'building' CHECK (state IN ('building', 'swapped', 'dropped')),
    made_at       timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz
);
CREATE INDEX shadow_building ON lode.shadow (dataset, target_oid) WHERE state = 'building';
COMMENT ON TABLE lode.shadow IS 'New tables that are built beside old ones, and what became of them.';

-- Foreign keys of other tables that a swap made again without looking at every row; written in the swap.
CREATE TABLE lode.unchecked_key (
    dataset         text NOT NULL,
    table_schema    text NOT NULL,
    table_name      text NOT NULL,
    constraint_name text NOT NULL,
    run_id          bigint NOT NULL,
    PRIMARY KEY (table_schema, table_name, constraint_name)
);
COMMENT ON TABLE lode.unchecked_key IS 'Keys that held for every row before a swap and are to be validated after it.';

-- What is known of rows that a snapshot does not have any more. The keys of the item's records lie in lode.seen_<item>, in the
-- order of the splits that wrote them; rows that are to go or to be marked in lode.vanished_<item>, until they are.
CREATE TABLE lode.vanishing (
    item_id       bigint PRIMARY KEY REFERENCES lode.item,
    state         text NOT NULL CHECK (state IN ('collecting', 'listed', 'done', 'dropped')),
    policy        text,
    table_rows    bigint NOT NULL DEFAULT 0,
    listed        bigint NOT NULL DEFAULT 0,
    vanished      bigint NOT NULL DEFAULT 0,
    returned      bigint NOT NULL DEFAULT 0,
    held          bigint NOT NULL DEFAULT 0,
    run_id        bigint,
    ended_at      timestamptz
);
COMMENT ON TABLE lode.vanishing IS 'Rows that vanished from a snapshot: listed, then kept, marked or deleted, and counted.';

-- Which rows loads wrote, for publishing; only for tables whose pack says changes: record. A date column is blind to our own loads.
CREATE TABLE lode.changed (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset       text NOT NULL,
    table_schema  text NOT NULL,
    table_name    text NOT NULL,
    key           jsonb,
    op            text NOT NULL CHECK (op IN ('insert', 'update', 'delete', 'whole')),
    item_id       bigint NOT NULL,
    run_id        bigint NOT NULL,
    xid           bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    CHECK ((op = 'whole') = (key IS NULL))
);
CREATE INDEX changed_table ON lode.changed (table_schema, table_name, id);
COMMENT ON TABLE lode.changed IS 'Keys of rows that loads wrote, committed with them. whole: any row of the table may have changed.';

-- Several COPY streams of one item: splits commit out of order. Rows of a split that was committed apart from its neighbours carry the
-- split's own xid as xmin, so that records of its key that come later in time and earlier in the file find out whose they are.
ALTER TABLE lode.split ADD COLUMN apart boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN lode.split.apart IS 'Whether other splits of the item were under way at the same time: the splits before it may be missing.';

-- Documents: files whose content becomes rows of several tables at once. The line of a file is the first statement of the
-- transaction that brings its rows: whoever loads the same content meanwhile waits on it, and then finds a duplicate.
CREATE TABLE lode.document (
    id            bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    dataset       text NOT NULL,
    target_oid    bigint NOT NULL,
    mapping       text NOT NULL,
    name          text NOT NULL,
    size          bigint NOT NULL,
    content_id    text NOT NULL,
    hash          text NOT NULL,
    state         text NOT NULL CHECK (state IN ('loaded', 'duplicate', 'replaced')),
    duplicate_of  bigint REFERENCES lode.document,
    file_id       bigint NOT NULL,
    time_millis   bigint,
    records       bigint NOT NULL,
    inserted      bigint NOT NULL,
    rejected      bigint NOT NULL,
    row_count     bigint NOT NULL,
    drift         jsonb,
    loaded_at     timestamptz NOT NULL DEFAULT now(),
    CHECK (records = inserted + rejected OR state = 'duplicate'),
    CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL))
);
CREATE UNIQUE INDEX document_once ON lode.document (dataset, target_oid, hash) WHERE state = 'loaded';
CREATE INDEX document_content ON lode.document (dataset, target_oid, content_id) WHERE state = 'loaded';
CREATE INDEX document_name ON lode.document (dataset, name, id DESC);
COMMENT ON TABLE lode.document IS 'Files of JSON documents, committed with their rows; duplicates with what they repeat.';
COMMENT ON COLUMN lode.document.target_oid IS 'The table that made its rows countable: a table that was dropped and made again takes its files again.';
COMMENT ON COLUMN lode.document.hash IS 'Algorithm and hash of the content, whatever the order of its keys and records.';
COMMENT ON COLUMN lode.document.file_id IS 'Number of the file in the rows, where the mapping writes one.';

CREATE TABLE lode.document_reject (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id   bigint NOT NULL REFERENCES lode.document,
    path          text NOT NULL,
    record        bigint NOT NULL,
    byte_offset   bigint NOT NULL,
    column_name   text,
    reason        text NOT NULL,
    raw           bytea NOT NULL,
    raw_length    bigint NOT NULL,
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved', 'dropped')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (document_id, record)
);
COMMENT ON TABLE lode.document_reject IS 'Records of documents that could not become rows, as they stood there.';

-- Intake: who watches, what was taken in, what is paused. A watcher's row is locked FOR SHARE by each of its loads and written only when
-- it ends; its heart beats in a row of its own. Its number is the token of its claims: a watcher that was given up for dead gets a new one.
CREATE TABLE lode.watcher (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset       text NOT NULL,
    run_id        bigint NOT NULL REFERENCES lode.run,
    holder        text NOT NULL,
    started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at      timestamptz
);
CREATE INDEX watcher_alive ON lode.watcher (dataset) WHERE ended_at IS NULL;
COMMENT ON TABLE lode.watcher IS 'Processes that take files in: lode watch.';

CREATE TABLE lode.watcher_beat (
    watcher_id       bigint PRIMARY KEY REFERENCES lode.watcher,
    backend          integer NOT NULL,
    backend_start    timestamptz NOT NULL,
    at               timestamptz NOT NULL,
    waiting_live     bigint NOT NULL DEFAULT 0,
    waiting_backload bigint NOT NULL DEFAULT 0,
    oldest_waiting   timestamptz,
    files_per_second double precision NOT NULL DEFAULT 0,
    workers          integer NOT NULL DEFAULT 0,
    note             text
);
COMMENT ON TABLE lode.watcher_beat IS 'When a watcher was last heard, by the clock of the server, and what it saw waiting.';

-- One row for each version of a file that was claimed. claimed: being loaded; loaded, duplicate: committed, still to be moved; failing: to
-- be moved to the failed ones; waiting: to be tried again after next_at.
CREATE TABLE lode.intake_file (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset       text NOT NULL,
    place         text NOT NULL,
    key           text NOT NULL,
    version       text NOT NULL,
    ordinal       integer NOT NULL,
    arrivals      integer NOT NULL DEFAULT 1,
    size          bigint NOT NULL,
    modified_at   timestamptz NOT NULL,
    lane          text NOT NULL CHECK (lane IN ('live', 'backload')),
    state         text NOT NULL
        CHECK (state IN ('claimed', 'waiting', 'loaded', 'duplicate', 'moved', 'failing', 'failed', 'gone')),
    watcher_id    bigint REFERENCES lode.watcher,
    alone         boolean NOT NULL,
    attempts      integer NOT NULL DEFAULT 1,
    deaths        integer NOT NULL DEFAULT 0,
    next_at       timestamptz,
    outcome       text CHECK (outcome IN ('loaded', 'duplicate', 'failed')),
    document_id   bigint REFERENCES lode.document,
    target        text,
    kind          text,
    reason        text,
    version_of_lode text,
    first_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_at     timestamptz,
    ended_at      timestamptz,
    CHECK ((state IN ('claimed', 'loaded', 'duplicate', 'failing')) = (watcher_id IS NOT NULL)),
    UNIQUE (dataset, place, key, version)
);
CREATE UNIQUE INDEX intake_file_ordinal ON lode.intake_file (dataset, key, ordinal);
CREATE INDEX intake_file_in_hand ON lode.intake_file (dataset, watcher_id) WHERE watcher_id IS NOT NULL;
CREATE INDEX intake_file_left ON lode.intake_file (dataset, id) WHERE state IN ('waiting', 'failed');
COMMENT ON TABLE lode.intake_file IS 'Versions of files that were taken in, and how far each is.';
COMMENT ON COLUMN lode.intake_file.watcher_id IS 'Whose claim it is; only the holder of this number may load and move it.';
COMMENT ON COLUMN lode.intake_file.ordinal IS 'How many versions of this key came before, and itself: files of one name stay apart when they are moved.';
COMMENT ON COLUMN lode.intake_file.deaths IS 'How many watchers died while they had it in hand.';

CREATE TABLE lode.intake_pause (
    dataset text PRIMARY KEY,
    what    text NOT NULL CHECK (what IN ('all', 'backload')),
    since   timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE lode.intake_pause IS 'Datasets whose watchers take nothing in until lode watch --resume.';

-- Publishing. Up to where the log of changes is in the latest generation that this database knows of a place; valid only while that
-- generation is the latest there. Runs that do not hold their dataset's lease say which one they hold.
ALTER TABLE lode.run ADD COLUMN lease text;
COMMENT ON COLUMN lode.run.lease IS 'Name of the lease that the run holds, where it is not its dataset''s.';

CREATE TABLE lode.publication (
    dataset      text NOT NULL,
    name         text NOT NULL,
    place        text NOT NULL,
    generation   bigint NOT NULL,
    content      text NOT NULL,
    definition   text NOT NULL,
    cluster      text NOT NULL,
    snapshot     text NOT NULL,
    oldest       timestamptz NOT NULL,
    open_tables  text[] NOT NULL,
    run_id       bigint NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, name, place)
);
COMMENT ON TABLE lode.publication IS 'Which state of the database a published generation holds.';
COMMENT ON COLUMN lode.publication.cluster IS 'System identifier and database: transaction numbers of another one mean nothing.';
COMMENT ON COLUMN lode.publication.oldest IS 'When the oldest transaction began that was running then: rows stamped later may have come after it.';
COMMENT ON COLUMN lode.publication.open_tables IS 'Tables that a load was filling then: they have to be compared whole.';

CREATE INDEX changed_xid ON lode.changed (xid);
CREATE INDEX changed_whole ON lode.changed (item_id) WHERE op = 'whole';
COMMENT ON COLUMN lode.changed.key IS 'Key of a row and the columns by which items of publications find it; twice where an update changed those.';
COMMENT ON COLUMN lode.changed.item_id IS 'The item whose load wrote the row; 0 for what a trigger noted of other writers.';

-- Notes rows that are written. Arguments: the dataset, whether its loads note themselves what they write (loads or nobody), then the
-- columns to note. Runs as its owner, so that writers need no rights on the ledger.
CREATE FUNCTION lode.note_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $note$
DECLARE
    app text := pg_catalog.current_setting('application_name');
    own text := pg_catalog.regexp_replace(app, '^lode:[0-9]+:', '');
    kept text;
BEGIN
    IF TG_ARGV[1] = 'loads' AND own <> app
        AND (own = TG_ARGV[0] OR pg_catalog.length(app) = 63 AND pg_catalog.starts_with(TG_ARGV[0], own))
    THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO lode.changed (dataset, table_schema, table_name, op, item_id, run_id)
        VALUES (TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME, 'whole', 0, 0);
        RETURN NULL;
    END IF;
    SELECT string_agg(format('%L, r.%I', TG_ARGV[i], TG_ARGV[i]), ', ' ORDER BY i) INTO kept
    FROM generate_series(2, TG_NARGS - 1) AS i;
    EXECUTE format(
        'INSERT INTO lode.changed (dataset, table_schema, table_name, key, op, item_id, run_id)'
        ' SELECT DISTINCT %L, %L, %L, jsonb_build_object(%s), %L, 0, 0 FROM (%s) r',
        TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME, kept, lower(TG_OP),
        CASE TG_OP WHEN 'INSERT' THEN 'SELECT * FROM lode_new' WHEN 'DELETE' THEN 'SELECT * FROM lode_old'
            ELSE 'SELECT * FROM lode_new UNION ALL SELECT * FROM lode_old' END);
    RETURN NULL;
END
$note$;
COMMENT ON FUNCTION lode.note_changes() IS 'Triggers lode_note_*: rows that other writers change, for publishing.';
