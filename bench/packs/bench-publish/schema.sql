-- For bench/run: four types of items by court, as the old JSON export of CourtListener had them.
CREATE TABLE court (id text PRIMARY KEY, name text);
CREATE TABLE audio (id integer PRIMARY KEY, court_id text NOT NULL, case_name text, date_filed date, source smallint,
    docket_number text, date_modified timestamptz, blocked boolean, body text);
CREATE INDEX audio_court ON audio (court_id, id);
CREATE TABLE clusters (id integer PRIMARY KEY, court_id text NOT NULL, case_name text, date_filed date, source smallint,
    docket_number text, date_modified timestamptz, blocked boolean, body text);
CREATE INDEX clusters_court ON clusters (court_id, id);
CREATE TABLE dockets (id integer PRIMARY KEY, court_id text NOT NULL, case_name text, date_filed date, source smallint,
    docket_number text, date_modified timestamptz, blocked boolean, body text);
CREATE INDEX dockets_court ON dockets (court_id, id);
CREATE TABLE opinions (id integer PRIMARY KEY, court_id text NOT NULL, case_name text, date_filed date, source smallint,
    docket_number text, date_modified timestamptz, blocked boolean, body text);
CREATE INDEX opinions_court ON opinions (court_id, id);
