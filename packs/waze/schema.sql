-- The database of the Waze data of a city: nine tables. Own words after the columns of LouisvilleMetro/WazeCCPProcessor (branch
-- version3), so that queries written for it work. What differs, and why:
--   ids          are text of 40 hexadecimal digits as there, but begin with the document's time: rows of one time lie side by side;
--                they are compared byte by byte (COLLATE "C"), which orders them as the original's collation does, at less cost
--   data_files   json_hash is Lode's hash of the content (32 digits); date_created has a default
--   geometry     geom_line and geom_point are left out: they need PostGIS, and hold what line and location hold
--   indexes      those of the original, of its third version, and one on each datafile_id and on coordinates.irregularity_id, without
--                which taking a file back reads whole tables; a coordinate has one parent, so the indexes on the three leave NULL out
-- Timestamps have no zone and hold UTC.

CREATE TABLE application_version (
    version_number varchar(30) NOT NULL PRIMARY KEY,
    install_date   timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc')
);

CREATE TABLE data_files (
    id                serial PRIMARY KEY,
    start_time_millis bigint NOT NULL,
    end_time_millis   bigint NOT NULL,
    start_time        timestamp,
    end_time          timestamp,
    date_created      timestamp DEFAULT (now() AT TIME ZONE 'utc'),
    date_updated      timestamp,
    file_name         text NOT NULL,
    json_hash         varchar(40) NOT NULL
);

CREATE TABLE alerts (
    id                          varchar(40) COLLATE "C" NOT NULL PRIMARY KEY,
    uuid                        text NOT NULL,
    pub_millis                  bigint NOT NULL,
    pub_utc_date                timestamp,
    road_type                   integer,
    location                    jsonb,
    street                      text,
    city                        text,
    country                     text,
    magvar                      integer,
    reliability                 integer,
    report_description          text,
    report_rating               integer,
    confidence                  integer,
    type                        text,
    subtype                     text,
    report_by_municipality_user boolean,
    thumbs_up                   integer,
    jam_uuid                    text,
    datafile_id                 bigint NOT NULL,
    type_id                     integer,
    dayofweek                   integer
);

CREATE TABLE jams (
    id                varchar(40) COLLATE "C" NOT NULL PRIMARY KEY,
    uuid              text NOT NULL,
    pub_millis        bigint NOT NULL,
    pub_utc_date      timestamp,
    start_node        text,
    end_node          text,
    road_type         integer,
    street            text,
    city              text,
    country           text,
    delay             integer,
    speed             real,
    speed_kmh         real,
    length            integer,
    turn_type         text,
    level             integer,
    blocking_alert_id text,
    line              jsonb,
    type              text,
    turn_line         jsonb,
    datafile_id       bigint NOT NULL,
    ns_direction      varchar(3),
    ew_direction      varchar(3),
    dayofweek         integer
);

CREATE TABLE irregularities (
    id                    varchar(40) COLLATE "C" NOT NULL PRIMARY KEY,
    uuid                  text NOT NULL,
    detection_date_millis bigint NOT NULL,
    detection_date        text,
    detection_utc_date    timestamp,
    update_date_millis    bigint NOT NULL,
    update_date           text,
    update_utc_date       timestamp,
    street                text,
    city                  text,
    country               text,
    is_highway            boolean,
    speed                 real,
    regular_speed         real,
    delay_seconds         integer,
    seconds               integer,
    length                integer,
    trend                 integer,
    type                  text,
    severity              real,
    jam_level             integer,
    drivers_count         integer,
    alerts_count          integer,
    n_thumbs_up           integer,
    n_comments            integer,
    n_images              integer,
    line                  jsonb,
    cause_type            text,
    start_node            text,
    end_node              text,
    datafile_id           bigint NOT NULL
);

CREATE TABLE coordinate_type (
    id        integer NOT NULL PRIMARY KEY,
    type_name text NOT NULL
);

CREATE TABLE coordinates (
    id                 varchar(40) COLLATE "C" NOT NULL PRIMARY KEY,
    latitude           double precision NOT NULL,
    longitude          double precision NOT NULL,
    "order"            integer NOT NULL,
    jam_id             varchar(40) COLLATE "C",
    irregularity_id    varchar(40) COLLATE "C",
    alert_id           varchar(40) COLLATE "C",
    coordinate_type_id integer
);

CREATE TABLE roads (
    id    serial PRIMARY KEY,
    value integer NOT NULL,
    name  varchar(100) NOT NULL,
    CONSTRAINT roads_unique_combo UNIQUE (value, name)
);

CREATE TABLE alert_types (
    id      serial PRIMARY KEY,
    type    text NOT NULL,
    subtype text,
    CONSTRAINT alert_types_unique_combo UNIQUE (type, subtype)
);

CREATE UNIQUE INDEX idx_unique_json_hash ON data_files (json_hash);
CREATE INDEX alerts_pub_utc_date_idx ON alerts (pub_utc_date);
CREATE INDEX alerts_type_id_idx ON alerts (type_id);
CREATE INDEX alerts_type_idx ON alerts (type);
CREATE INDEX alerts_subtype_idx ON alerts (subtype);
CREATE INDEX alerts_uuid_idx ON alerts (uuid);
CREATE INDEX alerts_dayofweek_idx ON alerts (dayofweek);
CREATE INDEX alerts_datafile_id_idx ON alerts (datafile_id);
CREATE INDEX jams_pub_utc_date_idx ON jams (pub_utc_date);
CREATE INDEX jams_uuid_idx ON jams (uuid);
CREATE INDEX jams_ns_direction_idx ON jams (ns_direction);
CREATE INDEX jams_ew_direction_idx ON jams (ew_direction);
CREATE INDEX jams_dayofweek_idx ON jams (dayofweek);
CREATE INDEX jams_datafile_id_idx ON jams (datafile_id);
CREATE INDEX irregularities_datafile_id_idx ON irregularities (datafile_id);
CREATE INDEX coordinates_jam_id_idx ON coordinates (jam_id) WHERE jam_id IS NOT NULL;
CREATE INDEX coordinates_irregularity_id_idx ON coordinates (irregularity_id) WHERE irregularity_id IS NOT NULL;
CREATE INDEX coordinates_alert_id_idx ON coordinates (alert_id) WHERE alert_id IS NOT NULL;
CREATE INDEX coordinates_latitude_idx ON coordinates (latitude);
CREATE INDEX coordinates_longitude_idx ON coordinates (longitude);
CREATE INDEX coordinates_coordinate_type_id_idx ON coordinates (coordinate_type_id);

ALTER TABLE alerts ADD CONSTRAINT alerts_datafile_id_fkey FOREIGN KEY (datafile_id) REFERENCES data_files (id);
ALTER TABLE jams ADD CONSTRAINT jams_datafile_id_fkey FOREIGN KEY (datafile_id) REFERENCES data_files (id);
ALTER TABLE irregularities ADD CONSTRAINT irregularities_datafile_id_fkey FOREIGN KEY (datafile_id) REFERENCES data_files (id);
ALTER TABLE coordinates ADD CONSTRAINT coordinates_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts (id);
ALTER TABLE coordinates ADD CONSTRAINT coordinates_jam_id_fkey FOREIGN KEY (jam_id) REFERENCES jams (id);
ALTER TABLE coordinates ADD CONSTRAINT coordinates_irregularity_id_fkey FOREIGN KEY (irregularity_id) REFERENCES irregularities (id);
ALTER TABLE coordinates ADD CONSTRAINT coordinates_coordinate_type_id_fkey FOREIGN KEY (coordinate_type_id) REFERENCES coordinate_type (id);
