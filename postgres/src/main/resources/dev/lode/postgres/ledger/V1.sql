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
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'pending', 'resolved', 'dropped')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (item_id, byte_offset)
);
COMMENT ON TABLE lode.reject IS 'Records that could not be loaded. pending: waits for a row that a later record may bring.';

-- Written before the tables are made: only these get the pack's indexes and keys, the user's own tables stay as they are.
CREATE TABLE lode.created_table (
    dataset      text NOT NULL,
    table_schema text NOT NULL,
    table_name   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (table_schema, table_name)
);
COMMENT ON TABLE lode.created_table IS 'Tables that Lode made from a pack.';

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
